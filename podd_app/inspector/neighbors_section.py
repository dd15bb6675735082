"""The real training images nearest to a patch."""

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QCoreApplication

from podd_app.canvas.image_layer import image_of
from podd_app.inspector.picture_grid import Captioned, PictureGrid
from podd_app.inspector.section import AskingSection
from podd_app.inspector.subject import Subject
from podd_app.services.inspection_service import InspectionDesk

if TYPE_CHECKING:
    from podd_app.workers.inspection import Neighbour

translate = QCoreApplication.translate

_NEIGHBOURS = 8


class NeighboursSection(AskingSection):
    """Thumbnails, the nearest first, with their classes and distances."""

    def __init__(self, desk: InspectionDesk) -> None:
        super().__init__(
            "nearest",
            translate("Inspector", "Nearest real images"),
            translate(
                "Inspector",
                "Training images of the strongest classes of the soft label that are nearest to this patch",
            ),
            desk,
            desk.nearest,
        )
        self.grid = PictureGrid(_NEIGHBOURS, 2)
        self.grid.setAccessibleName(self.tr("Real images nearest to the patch"))
        self.column.addWidget(self.grid)
        self.words = self.add_words()
        self.column.addWidget(self.again)

    def ask(self, subject: Subject) -> None:
        """Search."""
        self.desk.ask_nearest(subject.poster, subject.patch)

    def refresh(self, subject: Subject) -> None:
        """Show what was found."""
        found = cast("tuple[Neighbour, ...] | None", self.answer_for(subject)) or ()
        self.grid.set_pictures(
            tuple(
                Captioned(image_of(each.image), (subject.name(each.class_index), f"{each.distance:.3g}"))
                for each in found
            )
        )
        self.say_state(
            subject, self.words, self.tr("Distance between values as networks see them, preprocessed.")
        )
