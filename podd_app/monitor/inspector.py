"""The panel of the Run place: what the run has come to, and the patch in question."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from podd_app.canvas.poster_view import PosterView
from podd_app.class_colours import class_colours
from podd_app.monitor.patch_picture import PatchPicture
from podd_app.widgets.label_bars import LabelBars
from podd_app.widgets.text import RichText, label, section
from podd_app.wording import plain

_PICTURE_PX = 128


class Inspector(QWidget):
    """A patch: its pixels enlarged, where it lies, and its soft label now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: PosterView | None = None
        self._patch: int | None = None
        self._title = section(self.tr("Patch"))
        self.picture = PatchPicture(_PICTURE_PX)
        self._place = RichText()
        self._place.setWordWrap(True)
        self._place.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.bars = LabelBars(6)
        self.bars.setAccessibleName(self.tr("Soft label"))
        self.bars.setToolTip(self.tr("What a network is told this patch shows: a share for each class"))
        self._hint = label(self.tr("Click a patch on the poster to see it enlarged, with what it teaches."))
        self._hint.setProperty("role", "muted")
        self._hint.setWordWrap(True)
        self._body = QWidget()
        across = QHBoxLayout()
        across.setSpacing(12)
        across.addWidget(self.picture)
        across.addWidget(self._place, 1)
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(8)
        body.addLayout(across)
        body.addSpacing(8)
        body.addWidget(section(self.tr("Soft label")))
        body.addWidget(self.bars)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self._hint)
        column.addWidget(self._body)
        self.show_patch(None, None)

    @property
    def patch(self) -> int | None:
        """Index of the patch shown."""
        return self._patch

    def show_patch(self, view: PosterView | None, patch: int | None) -> None:
        """Turn to another patch, or to none."""
        self._view, self._patch = view, patch
        chosen = view is not None and patch is not None
        self._body.setVisible(chosen)
        self._hint.setVisible(not chosen)
        if view is None or patch is None:
            self._title.setText(self.tr("PATCH"))
            return
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

    def show_content(self, pixels: NDArray[np.uint8], patch_labels: NDArray[np.float32]) -> None:
        """Show the patch as it is now.

        Args:
            pixels: the whole poster, uint8 [height, width, channels].
            patch_labels: float32 [patches, classes].
        """
        view, patch = self._view, self._patch
        if view is None or patch is None:
            return
        x0, y0, x1, y1 = view.layout.windows[patch]
        self.picture.show_pixels(pixels[y0:y1, x0:x1])
        colours = dict(zip(view.cell_classes, class_colours(view.layout.class_grid), strict=True))
        self.bars.set_bars(
            [
                (plain(view.class_names[index]), float(share), colours[index])
                for index, share in enumerate(patch_labels[patch])
            ]
        )


def _sharing(windows: NDArray[np.int64], patch: int) -> int:
    """How many other windows overlap a patch's."""
    x0, y0, x1, y1 = windows[patch]
    overlapping = (windows[:, 0] < x1) & (windows[:, 2] > x0) & (windows[:, 1] < y1) & (windows[:, 3] > y0)
    return int(overlapping.sum()) - 1
