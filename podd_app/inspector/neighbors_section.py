"""The real training images nearest to a patch."""

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QCoreApplication

from podd_app.canvas.image_layer import to_qimage
from podd_app.inspector.picture_grid import CaptionedImage, PictureGrid
from podd_app.inspector.section import RequestSection
from podd_app.inspector.subject import Subject
from podd_app.services.inspection_service import InspectionService

if TYPE_CHECKING:
    from podd_app.workers.inspection import NearestImage

translate = QCoreApplication.translate

_NEIGHBORS = 8


class NearestImagesSection(RequestSection):
    """Thumbnails, the nearest first, with their classes and distances."""

    def __init__(self, desk: InspectionService) -> None:
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
        self.grid = PictureGrid(_NEIGHBORS, 2)
        self.grid.setAccessibleName(self.tr("Real images nearest to the patch"))
        self.column.addWidget(self.grid)
        self.words = self.add_text_label()
        self.column.addWidget(self.update_button)

    def fetch(self, subject: Subject) -> None:
        """Search."""
        self.desk.fetch_nearest(subject.poster, subject.patch)

    def refresh(self, subject: Subject) -> None:
        """Show what was found."""
        found = cast("tuple[NearestImage, ...] | None", self.result_for(subject)) or ()
        self.grid.set_pictures(
            tuple(
                CaptionedImage(
                    to_qimage(each.image), (subject.name(each.class_index), f"{each.distance:.3g}")
                )
                for each in found
            )
        )
        self.show_state(
            subject, self.words, self.tr("Distance between values as networks see them, preprocessed.")
        )
