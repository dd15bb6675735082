"""The learned label array over the poster: its cells, each with the class it starts in."""

from math import ceil

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from podd_app.canvas.overlays import Overlay, draw_tag, tag_size
from podd_engine.poster.layout import LabelArrayLayout

_FONT_PX, _SMALL_FONT_PX = 12, 10
_ROOMY_PX, _SMALLEST_PX = 64.0, 30.0
_DOT_PX = 4.0
_ON_CLASS_COLOR = "#101218"
_INSET_PX = 3.0
_STRIPE_PX, _STRIPE_ALPHA = 8.0, 130


class LabelOverlay(Overlay):
    """Lines between the cells, a pill in the color of its class in each, stripes where a class has none."""

    def __init__(self) -> None:
        super().__init__()
        self.line = QColor()
        self.warning = QColor()
        self._array: LabelArrayLayout | None = None

    @property
    def array(self) -> LabelArrayLayout | None:
        """What is drawn; None where labels are fixed."""
        return self._array

    def set_array(self, array: LabelArrayLayout | None) -> None:
        """Draw ``array`` from now on."""
        self._array = array
        self.update()

    def cell(self, row: int, column: int) -> QRectF:
        """The share of the poster that a cell of the array stands for, poster px."""
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
        """Draw in device pixels, whatever the zoom."""
        view, array = self.view, self._array
        # While settings change, the array and the view come one after the other.
        if view is None or array is None or array.layout != view.layout:
            return
        to_device = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for grid_cell in array.uncovered:
            self._stripe(painter, to_device.mapRect(view.cells[grid_cell]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._draw_lines(painter, array, to_device)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        visible = QRectF(painter.viewport())
        for row in range(array.rows):
            for column in range(array.columns):
                area = to_device.mapRect(self.cell(row, column))
                if area.intersects(visible):
                    owner = array.cell_owner[row, column]
                    self._name(painter, area, view.cell_names[owner], view.colors[owner])
        painter.restore()

    def _stripe(self, painter: QPainter, area: QRectF) -> None:
        """Slanted lines over ``area``; not a brush's pattern, which is finer the denser the screen."""
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
        line = QColor(self.line)  # fainter where lines crowd
        line.setAlphaF(min(0.8, min(whole.width() / array.columns, whole.height() / array.rows) / 100))
        painter.setPen(QPen(line, 1))
        for column in range(1, array.columns):
            x = round(to_device.mapRect(self.cell(0, column)).left())
            painter.drawLine(QPointF(x, whole.top()), QPointF(x, whole.bottom()))
        for row in range(1, array.rows):
            y = round(to_device.mapRect(self.cell(row, 0)).top())
            painter.drawLine(QPointF(whole.left(), y), QPointF(whole.right(), y))

    def _name(self, painter: QPainter, area: QRectF, name: str, color: QColor) -> None:
        """A pill at the foot of the cell, or a dot in its middle where there is no room for a name."""
        font = QFont(painter.font())
        font.setPixelSize(_FONT_PX if area.width() > _ROOMY_PX else _SMALL_FONT_PX)
        room = area.width() - 2 * _INSET_PX
        size = tag_size(name, font)
        across = area.center().x() - min(size.width(), room) / 2
        corner = QPointF(across, area.bottom() - size.height() - 2 * _INSET_PX)
        roomy = min(area.width(), area.height()) >= _SMALLEST_PX
        if roomy and draw_tag(painter, corner, name, font.pixelSize(), room, color.name(), _ON_CLASS_COLOR):
            return
        painter.setPen(QPen(QColor(_ON_CLASS_COLOR), 1))
        painter.setBrush(color)
        painter.drawEllipse(area.center(), _DOT_PX, _DOT_PX)
