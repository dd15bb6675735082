"""A value of each class over the poster: a tint of its region, and the number itself."""

from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from podd_app.canvas.overlays import Overlay, draw_tag, tag_size
from podd_app.wording import percent

_INSET_PX = 4.0
_FONT_PX, _SMALL_FONT_PX = 12, 10
_SMALLEST_CELL_PX = 18.0
_ALPHA = 165
_RAMP = ((0.0, (35, 16, 70)), (0.5, (43, 132, 140)), (1.0, (253, 231, 120)))
"""From dark to light throughout, so that it reads without colour too."""


@dataclass(frozen=True)
class CellValues:
    """What is shown.

    Args:
        shares: one for each cell of the class grid, row-major, in [0, 1]; None: nothing is said of it.
        highest: the share with the lightest tint, > 0.
    """

    shares: tuple[float | None, ...]
    highest: float = 1.0


def tint(share: float) -> QColor:
    """The tint of ``share`` in [0, 1] of the highest: the higher, the lighter."""
    for (low, dark), (high, light) in pairwise(_RAMP):
        if share <= high:
            part = max(0.0, share - low) / (high - low)
            return QColor(*(round(a + (b - a) * part) for a, b in zip(dark, light, strict=True)))
    return QColor(*_RAMP[-1][1])


class ValueOverlay(Overlay):
    """Tints the classes' shares of the poster, and writes the value into each."""

    def __init__(self) -> None:
        super().__init__()
        self.values: CellValues | None = None

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Fill every cell there is a value for, and write the value at its lower edge."""
        view, values = self.view, self.values
        if view is None or values is None or len(values.shares) != len(view.cells):
            return
        for area, share in zip(view.cells, values.shares, strict=True):
            if share is not None:
                colour = tint(share / values.highest)
                colour.setAlpha(_ALPHA)
                painter.fillRect(area, colour)
        to_device = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        for area, share in zip(view.cells, values.shares, strict=True):
            shown = to_device.mapRect(area)
            if share is None or min(shown.width(), shown.height()) < _SMALLEST_CELL_PX:
                continue
            font_px = _FONT_PX if shown.width() > 64 and shown.height() > 60 else _SMALL_FONT_PX
            font = QFont(painter.font())
            font.setPixelSize(font_px)
            corner = shown.bottomLeft() + QPointF(_INSET_PX, -_INSET_PX - tag_size("0", font).height())
            draw_tag(painter, corner, percent(share), font_px, shown.width() - 2 * _INSET_PX)
        painter.restore()
