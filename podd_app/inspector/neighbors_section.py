"""Inspector section with the real training images nearest to a patch."""

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
    """Shows the nearest images with classes and distances, sorted by distance."""

    def __init__(self, service: InspectionService) -> None:
        super().__init__(
            "nearest",
            translate("Inspector", "Nearest real images"),
            translate(
                "Inspector",
                "Training images nearest to this patch, from the strongest classes of its soft label",
            ),
            service,
            service.nearest,
        )
        self.grid = PictureGrid(_NEIGHBORS, 2)
        self.grid.setAccessibleName(self.tr("Real images nearest to the patch"))
        self.column.addWidget(self.grid)
        self.text_label = self.add_text_label()
        self.column.addWidget(self.update_button)

    def fetch(self, subject: Subject) -> None:
        """Request the nearest images."""
        self.service.fetch_nearest(subject.poster, subject.patch)

    def refresh(self, subject: Subject) -> None:
        """Show the images that were found."""
        images = cast("tuple[NearestImage, ...] | None", self.result_for(subject)) or ()
        self.grid.set_pictures(
            tuple(
                CaptionedImage(
                    to_qimage(each.image), (subject.name(each.class_index), f"{each.distance:.3g}")
                )
                for each in images
            )
        )
        self.show_state(subject, self.text_label, self.tr("Distance between preprocessed pixel values."))
