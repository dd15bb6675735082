"""Overlay for the learned label array: its cells and the initial class of each cell."""

from math import ceil

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from podd_app.canvas.overlays import Overlay
from podd_engine.poster.layout import LabelArrayLayout

_DOT_RADIUS_PX = 5.0
_STRIPE_PX, _STRIPE_ALPHA = 8.0, 130


class LabelOverlay(Overlay):
    """Lines between the label cells, a dot for each cell, and stripes over classes without a cell.

    The dot has the color of the class that the cell starts with.
    """

    def __init__(self) -> None:
        super().__init__()
        self.line = QColor()
        self.warning = QColor()
        self.hovered_cell: tuple[int, int] | None = None
        self._array: LabelArrayLayout | None = None

    @property
    def array(self) -> LabelArrayLayout | None:
        """The label array, or None if labels are fixed."""
        return self._array

    def set_array(self, array: LabelArrayLayout | None) -> None:
        """Show ``array``, or nothing if None."""
        self._array = array
        self.update()

    def cell_at(self, x_px: int, y_px: int) -> tuple[int, int] | None:
        """Return column and row of the label cell at a pixel of the poster, or None without label array."""
        if self._array is None:
            return None
        width, height = self._array.layout.poster
        return x_px * self._array.columns // width, y_px * self._array.rows // height

    def owner(self, column: int, row: int) -> str:
        """Return the name of the class that a label cell starts with."""
        assert self._array is not None
        assert self.view is not None
        return self.view.cell_names[int(self._array.cell_owner[row, column])]

    def cell(self, row: int, column: int) -> QRectF:
        """Return the part of the poster that belongs to a label cell, poster px."""
        assert self._array is not None
        width, height = (
            length / cells
            for length, cells in zip(
                self._array.layout.poster, (self._array.columns, self._array.rows), strict=True
            )
        )
        return QRectF(column * width, row * height, width, height)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw in device pixels, so that lines and text have the same size at each zoom level."""
        view, array = self.view, self._array
        # A settings change updates the array and the view separately. Wait until both match.
        if view is None or array is None or array.layout != view.layout:
            return
        to_device = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for grid_cell in array.uncovered:
            self._draw_stripes(painter, to_device.mapRect(view.cells[grid_cell]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._draw_lines(painter, array, to_device)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        visible = QRectF(painter.viewport())
        for row in range(array.rows):
            for column in range(array.columns):
                area = to_device.mapRect(self.cell(row, column))
                if area.intersects(visible):
                    owner = array.cell_owner[row, column]
                    self._draw_dot(painter, area, view.colors[owner], (column, row) == self.hovered_cell)
        painter.restore()

    def _draw_stripes(self, painter: QPainter, area: QRectF) -> None:
        """Draw diagonal lines over ``area``.

        A brush pattern is not used because its spacing shrinks on screens with a high pixel density.
        """
        color = QColor(self.warning)
        color.setAlpha(_STRIPE_ALPHA)
        painter.save()
        painter.setClipRect(area)
        painter.setPen(QPen(color, 1))
        for step in range(ceil((area.width() + area.height()) / _STRIPE_PX)):
            x = area.left() + step * _STRIPE_PX
            painter.drawLine(QPointF(x, area.top()), QPointF(x - area.height(), area.bottom()))
        painter.restore()

    def _draw_lines(self, painter: QPainter, array: LabelArrayLayout, to_device: QTransform) -> None:
        whole = to_device.mapRect(QRectF(0, 0, *array.layout.poster))
        # Reduce the opacity of dense lines, so that the poster stays visible.
        line = QColor(self.line)
        line.setAlphaF(min(0.8, min(whole.width() / array.columns, whole.height() / array.rows) / 100))
        painter.setPen(QPen(line, 1))
        for column in range(1, array.columns):
            x = round(to_device.mapRect(self.cell(0, column)).left())
            painter.drawLine(QPointF(x, whole.top()), QPointF(x, whole.bottom()))
        for row in range(1, array.rows):
            y = round(to_device.mapRect(self.cell(row, 0)).top())
            painter.drawLine(QPointF(whole.left(), y), QPointF(whole.right(), y))

    def _draw_dot(self, painter: QPainter, area: QRectF, color: QColor, hovered: bool) -> None:
        """Draw a dot in the center of a cell. A name would cover the names of the classes."""
        radius = min(_DOT_RADIUS_PX, min(area.width(), area.height()) / 4)
        painter.setPen(QPen(QColor(self.line), 1.5 if hovered else 0.5))
        painter.setBrush(color)
        painter.drawEllipse(area.center(), radius, radius)
