"""What the inspector tells about a patch."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from podd_app.inspector.augmentations_section import VersionsSection
from podd_app.inspector.gradient_section import PullSection
from podd_app.inspector.history_section import HistorySection
from podd_app.inspector.label_section import LabelSection
from podd_app.inspector.neighbors_section import NeighboursSection
from podd_app.inspector.patch_picture import PatchPicture
from podd_app.inspector.section import Section
from podd_app.inspector.subject import Subject
from podd_app.services.inspection_service import InspectionDesk
from podd_app.services.snapshot_player import Reel
from podd_app.widgets.text import RichText, section

_PICTURE_PX = 128


class PatchPage(QWidget):
    """A patch: enlarged, where it lies, and parts that fold.

    Args:
        desk: finds out.
        reel: knows which posters are kept.
    """

    def __init__(self, desk: InspectionDesk, reel: Reel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = section("")
        self.picture = PatchPicture(_PICTURE_PX)
        self._place = RichText()
        self._place.setWordWrap(True)
        self._place.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.label = LabelSection(desk)
        self.history = HistorySection(desk, reel)
        self.versions = VersionsSection(desk)
        self.nearest = NeighboursSection(desk)
        self.pull = PullSection(desk)
        self.pull.mapped.connect(self.picture.show_heat)
        across = QHBoxLayout()
        across.setSpacing(12)
        across.addWidget(self.picture)
        across.addWidget(self._place, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addLayout(across)
        for part in self.sections:
            column.addWidget(part)

    @property
    def sections(self) -> tuple[Section, ...]:
        """The parts that fold, from the top."""
        return self.label, self.history, self.versions, self.nearest, self.pull

    def show_subject(self, subject: Subject) -> None:
        """Turn to another patch or poster."""
        view, patch = subject.view, subject.patch
        column, row = view.patch_position(patch)
        self._title.setText(self.tr("PATCH %d · column %d, row %d") % (patch, column, row))
        x0, y0, x1, y1 = (int(edge) for edge in view.layout.windows[patch])
        lines = (
            self.tr("<b>%d–%d</b> px across") % (x0, x1 - 1),
            self.tr("<b>%d–%d</b> px down") % (y0, y1 - 1),
            self.tr("<b>%d × %d</b> px") % (x1 - x0, y1 - y0),
            self.tr("shares pixels with <b>%d</b> patches") % _sharing(view.layout.windows, patch),
        )
        self._place.set_html("<br>".join(lines))
        self.picture.show_pixels(subject.patch_pixels)
        for part in self.sections:
            part.show_subject(subject)


def _sharing(windows: NDArray[np.int64], patch: int) -> int:
    """How many other windows overlap a patch's."""
    x0, y0, x1, y1 = windows[patch]
    overlapping = (windows[:, 0] < x1) & (windows[:, 2] > x0) & (windows[:, 1] < y1) & (windows[:, 3] > y0)
    return int(overlapping.sum()) - 1
