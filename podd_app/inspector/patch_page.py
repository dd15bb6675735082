"""Inspector page of a patch."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from podd_app.inspector.augmentations_section import AugmentationsSection
from podd_app.inspector.gradient_section import GradientMapSection
from podd_app.inspector.history_section import HistorySection
from podd_app.inspector.label_section import LabelSection
from podd_app.inspector.neighbors_section import NearestImagesSection
from podd_app.inspector.patch_picture import PatchPicture
from podd_app.inspector.section import InspectorSection
from podd_app.inspector.subject import Subject
from podd_app.qt.plain_text import join_html, rich_text
from podd_app.services.inspection_service import InspectionService
from podd_app.services.snapshot_player import SnapshotPlayer
from podd_app.style.formatting import format_size
from podd_app.widgets.text import RichText, section

_PICTURE_PX = 128


class PatchPage(QWidget):
    """Details of a patch: enlarged image, position, and collapsible sections.

    Args:
        service: computes the details.
        snapshot_player: the player with the saved posters of the run.
    """

    def __init__(
        self, service: InspectionService, snapshot_player: SnapshotPlayer, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._title = section("")
        self.picture = PatchPicture(_PICTURE_PX)
        self._position_label = RichText()
        self._position_label.setWordWrap(True)
        self._position_label.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.label = LabelSection(service)
        self.history = HistorySection(service, snapshot_player)
        self.versions = AugmentationsSection(service)
        self.nearest = NearestImagesSection(service)
        self.gradient_map = GradientMapSection(service)
        self.gradient_map.gradient_map_changed.connect(self.picture.show_heat)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.picture)
        row.addWidget(self._position_label, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addLayout(row)
        for each in self.sections:
            column.addWidget(each)

    @property
    def sections(self) -> tuple[InspectorSection, ...]:
        """The collapsible sections, from top to bottom."""
        return self.label, self.history, self.versions, self.nearest, self.gradient_map

    def show_subject(self, subject: Subject) -> None:
        """Show the patch of ``subject``."""
        view, patch = subject.view, subject.patch
        self._title.setText(self.tr("PATCH %d · column %d, row %d") % view.patch_numbers(patch))
        x0, y0, x1, y1 = (int(edge) for edge in view.layout.windows[patch])
        overlapping = _count_overlapping(view.layout.windows, patch)
        lines = (
            rich_text(self.tr("x: <b>%d–%d</b> px"), x0, x1 - 1),
            rich_text(self.tr("y: <b>%d–%d</b> px"), y0, y1 - 1),
            rich_text(self.tr("Size: <b>%s</b> px"), format_size(x1 - x0, y1 - y0)),
            rich_text(self.tr("Overlaps <b>%n</b> other patch(es)", "", overlapping)),
        )
        self._position_label.set_html(join_html("<br>", lines))
        self.picture.show_pixels(subject.patch_pixels)
        for each in self.sections:
            each.show_subject(subject)


def _count_overlapping(windows: NDArray[np.int64], patch: int) -> int:
    """Return the number of other patches that overlap a patch."""
    x0, y0, x1, y1 = windows[patch]
    overlapping = (windows[:, 0] < x1) & (windows[:, 2] > x0) & (windows[:, 1] < y1) & (windows[:, 3] > y0)
    return int(overlapping.sum()) - 1
