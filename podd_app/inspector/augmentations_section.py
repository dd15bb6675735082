"""Inspector section with augmented versions of a patch."""

from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QCoreApplication

from podd_app.canvas.image_layer import to_qimage
from podd_app.inspector.picture_grid import CaptionedImage, PictureGrid
from podd_app.inspector.section import RequestSection
from podd_app.inspector.subject import Subject
from podd_app.qt.translation import QT_TRANSLATE_NOOP
from podd_app.services.inspection_service import InspectionService
from podd_app.widgets.text import button

if TYPE_CHECKING:
    from podd_app.workers.inspection import AugmentedVersion

translate = QCoreApplication.translate

_VERSIONS = 4

# The stub of QT_TRANSLATE_NOOP returns `object`, hence `Any`.
_KIND_NAMES: dict[str, Any] = {
    "flip": QT_TRANSLATE_NOOP("Inspector", "flip"),
    "rotate": QT_TRANSLATE_NOOP("Inspector", "rotate"),
    "scale": QT_TRANSLATE_NOOP("Inspector", "scale"),
    "crop": QT_TRANSLATE_NOOP("Inspector", "crop"),
    "color": QT_TRANSLATE_NOOP("Inspector", "color"),
    "cutout": QT_TRANSLATE_NOOP("Inspector", "cutout"),
}


class AugmentationsSection(RequestSection):
    """Shows examples of the augmented patch. A button draws new examples."""

    def __init__(self, service: InspectionService) -> None:
        super().__init__(
            "versions",
            translate("Inspector", "Augmented"),
            translate("Inspector", "Examples of this patch as networks see it in training"),
            service,
            service.versions,
        )
        self._draw_index = 0
        self.grid = PictureGrid(_VERSIONS, 1)
        self.grid.setAccessibleName(self.tr("Augmented versions of the patch"))
        self.resample_button = button(self.tr("Resample"), self.tr("Show other examples"), "quiet")
        self.resample_button.clicked.connect(self._on_resample_clicked)
        self.column.addWidget(self.grid)
        self.text_label = self.add_text_label()
        self.column.addWidget(self.update_button)
        self.column.addWidget(self.resample_button)

    def fetch(self, subject: Subject) -> None:
        """Request augmented versions if the run augments patches."""
        if self._augments:
            self.service.fetch_versions(subject.poster, subject.patch, self._draw_index)

    def refresh(self, subject: Subject) -> None:
        """Show the augmented versions, with or without preprocessing like the poster."""
        versions = cast("tuple[AugmentedVersion, ...] | None", self.result_for(subject)) or ()
        self.grid.set_pictures(
            tuple(
                CaptionedImage(
                    to_qimage(each.seen if subject.seen else each.trained), (_kind_text(each.kind),)
                )
                for each in versions
            )
        )
        self.grid.setVisible(self._augments)
        self.resample_button.setVisible(self._augments)
        self.resample_button.setEnabled(not self.request.is_pending)
        no_augmentation = self.tr("This run does not augment patches. Networks see this patch unchanged.")
        self.show_state(subject, self.text_label, "" if self._augments else no_augmentation)

    @property
    def _augments(self) -> bool:
        config = self.service.config
        return config is not None and bool(config.augmentation.patches)

    def _on_resample_clicked(self) -> None:
        self._draw_index += 1
        if self.subject is not None:
            self.fetch(self.subject)


def _kind_text(kind: str) -> str:
    """Return the translated name of an augmentation. Empty for an image without augmentation."""
    return translate("Inspector", _KIND_NAMES[kind]) if kind else ""
