"""Overlay for class values: a tint and a number for each class, and the outline of one class."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from podd_app.canvas.overlays import Overlay, cosmetic_pen, draw_tag, tag_size
from podd_app.canvas.poster_geometry import PosterGeometry
from podd_app.style.colormap import colormap_table
from podd_app.style.formatting import format_percent

_INSET_PX = 4.0
_FONT_PX, _SMALL_FONT_PX = 12, 10
_ALPHA = 165


@dataclass(frozen=True)
class CellValues:
    """Values of the class grid cells.

    Args:
        shares: value of each cell, row-major, in [0, 1]. None for a cell without a value.
        highest: the value with the lightest tint, > 0.
    """

    shares: tuple[float | None, ...]
    highest: float = 1.0


class ValueOverlay(Overlay):
    """Tint the cells by their values, show the values as text, and outline one cell."""

    def __init__(self) -> None:
        super().__init__()
        self.values: CellValues | None = None
        self.outlined_cell: int | None = None

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the tints, the values at the bottom of the cells, and the outline."""
        view, values = self.view, self.values
        if view is None:
            return
        if values is not None and len(values.shares) == len(view.cells):
            self._draw_values(painter, view, values)
        if self.outlined_cell is not None and self.outlined_cell < len(view.cells):
            ratio = painter.device().devicePixelRatioF()
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for color, width_px in ((QColor(0, 0, 0, 150), 6), (QColor("#ffffff"), 4)):
                painter.setPen(cosmetic_pen(color, width_px * ratio))
                painter.drawRect(view.cells[self.outlined_cell])

    def _draw_values(self, painter: QPainter, view: PosterGeometry, values: CellValues) -> None:
        for area, share in zip(view.cells, values.shares, strict=True):
            if share is not None:
                red, green, blue = colormap_table()[round(255 * min(1.0, share / values.highest))].tolist()
                painter.fillRect(area, QColor(red, green, blue, _ALPHA))
        to_device = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        for area, share in zip(view.cells, values.shares, strict=True):
            shown = to_device.mapRect(area)
            font_px = _FONT_PX if shown.width() > 64 and shown.height() > 60 else _SMALL_FONT_PX
            font = QFont(painter.font())
            font.setPixelSize(font_px)
            tag_height = tag_size("0", font).height()
            # Leave the name of the class at the top of the cell uncovered.
            if share is None or shown.height() < 2 * tag_height + 3 * _INSET_PX:
                continue
            corner = shown.bottomLeft() + QPointF(_INSET_PX, -_INSET_PX - tag_height)
            draw_tag(painter, corner, format_percent(share), font_px, shown.width() - 2 * _INSET_PX)
        painter.restore()
