"""A patch as inner steps train on it: augmented."""

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QCoreApplication

from podd_app.canvas.image_layer import to_qimage
from podd_app.inspector.picture_grid import CaptionedImage, PictureGrid
from podd_app.inspector.section import RequestSection
from podd_app.inspector.subject import Subject
from podd_app.services.inspection_service import InspectionService
from podd_app.widgets.text import button

if TYPE_CHECKING:
    from podd_app.workers.inspection import AugmentedVersion

translate = QCoreApplication.translate

_VERSIONS = 4


class AugmentationsSection(RequestSection):
    """A row of examples, and others when asked."""

    def __init__(self, desk: InspectionService) -> None:
        super().__init__(
            "versions",
            translate("Inspector", "Augmented"),
            translate("Inspector", "Examples of what networks are shown in place of this patch"),
            desk,
            desk.versions,
        )
        self._draw_index = 0
        self.grid = PictureGrid(_VERSIONS, 1)
        self.grid.setAccessibleName(self.tr("Augmented versions of the patch"))
        self.others = button(self.tr("Draw others"), self.tr("Draw other examples"), "quiet")
        self.others.clicked.connect(self._on_others)
        self.column.addWidget(self.grid)
        self.words = self.add_text_label()
        self.column.addWidget(self.update_button)
        self.column.addWidget(self.others)

    def fetch(self, subject: Subject) -> None:
        """Draw, where the run augments patches."""
        if self._augments:
            self.desk.fetch_versions(subject.poster, subject.patch, self._draw_index)

    def refresh(self, subject: Subject) -> None:
        """Show what was drawn, in the way the poster is shown."""
        versions = cast("tuple[AugmentedVersion, ...] | None", self.result_for(subject)) or ()
        self.grid.set_pictures(
            tuple(
                CaptionedImage(to_qimage(each.seen if subject.seen else each.trained), (self.tr(each.kind),))
                for each in versions
            )
        )
        self.grid.setVisible(self._augments)
        self.others.setVisible(self._augments)
        self.others.setEnabled(not self.question.is_pending)
        nothing = self.tr("This run augments no patches: networks are shown this patch as it is.")
        self.show_state(subject, self.words, "" if self._augments else nothing)

    @property
    def _augments(self) -> bool:
        config = self.desk.config
        return config is not None and bool(config.augmentation.patches)

    def _on_others(self) -> None:
        self._draw_index += 1
        if self.subject is not None:
            self.fetch(self.subject)
