"""Zoomable matrix of class distances.

Rows and columns have the order of the class grid, so that neighboring classes are near the diagonal.
"""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QMarginsF, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from podd_app.canvas.image_layer import ImageLayer, to_qimage
from podd_app.canvas.zoom_view import ZOOM_STEP, ZoomView
from podd_app.style.colormap import apply_colormap
from podd_app.style.palette import FollowsPalette
from podd_app.style.theme import colors_of

ClassPair = tuple[int, int]
"""Row and column of the matrix. Both are positions in the class grid, row by row."""

_MAX_NAME_PX = 92.0
_EDGE_PX = 8.0
_FONT_PX = 11
_MIN_NAME_DISTANCE_PX = 12.0
"""Minimum distance between two names. Names are skipped if the zoom level leaves less space."""
_GAP_PX = 5
_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class DistanceMap(FollowsPalette, ZoomView):
    """Matrix with one square cell per pair of classes.

    The wheel zooms, dragging pans, and the arrow keys select a pair.
    """

    hovered = Signal(object)
    """Emitted with the `ClassPair` under the pointer or selected by keys, or with None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(QMarginsF(), parent)
        self.setAccessibleName(self.tr("Class distance matrix"))
        self.setMouseTracking(True)
        self.setMinimumSize(200, 200)
        self._cells = ImageLayer()
        self.scene().addItem(self._cells)
        self._distances: NDArray[np.float64] = np.zeros((0, 0))
        self._names: tuple[str, ...] = ()
        self._colors: tuple[QColor, ...] = ()
        self._names_px = 0.0
        self._pair: ClassPair | None = None
        self._drag_position: QPoint | None = None
        self.follow_palette()

    @property
    def pair(self) -> ClassPair | None:
        """The pair under the pointer or selected by keys; None without a pair."""
        return self._pair

    @property
    def distance_range(self) -> tuple[float, float]:
        """Smallest and largest distance between two different classes; (0, 0) without classes."""
        apart = self._distances[~np.eye(len(self._distances), dtype=bool)]
        return (float(apart.min()), float(apart.max())) if apart.size else (0.0, 0.0)

    def set_distances(
        self, distances: NDArray[np.float64], names: tuple[str, ...], colors: tuple[QColor, ...]
    ) -> None:
        """Show distances.

        Args:
            distances: float64 [classes, classes], in the order of the class grid, row by row.
            names: class names in the same order.
            colors: class colors in the same order.
        """
        new_classes = set(names) != set(self._names)  # a new order of the same classes keeps the zoom
        self._distances, self._names, self._colors = distances, names, colors
        if self._pair is not None and max(self._pair) >= len(names):
            self._set_pair(None)
        self._paint_cells()
        if new_classes:
            bounds = QRectF(0, 0, len(names), len(names))
            self._cells.set_bounds(bounds)
            self.set_content(bounds)
            self._update_margins(names)
            self.fit()
        self.viewport().update()

    def _update_margins(self, names: tuple[str, ...]) -> None:
        """Reserve space for the longest name at the left and at the top."""
        metrics = QFontMetricsF(self._font())
        longest = max(metrics.horizontalAdvance(name) for name in names)
        self._names_px = min(_MAX_NAME_PX, longest) + 4 * _GAP_PX
        before = self._names_px + _EDGE_PX
        self._margins = QMarginsF(before, before, _EDGE_PX, _EDGE_PX)

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(_FONT_PX)
        return font

    def _paint_cells(self) -> None:
        """Color the cells by distance. The diagonal has the background color."""
        if not len(self._distances):
            return
        colors = apply_colormap(self._distances, *self.distance_range)
        background = QColor(colors_of(self).canvas)
        colors[np.eye(len(colors), dtype=bool)] = (background.red(), background.green(), background.blue())
        self._cells.set_image(to_qimage(colors))

    # Mouse and keyboard

    def _pair_at(self, position: QPoint) -> ClassPair | None:
        point, count = self.mapToScene(position), len(self._names)
        inside = 0 <= point.x() < count and 0 <= point.y() < count
        return (int(point.y()), int(point.x())) if inside else None

    def _set_pair(self, pair: ClassPair | None) -> None:
        if pair != self._pair:
            self._pair = pair
            self.viewport().update()
            self.hovered.emit(pair)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Start to pan."""
        self._drag_position = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan while a button is pressed. Otherwise, select the pair under the pointer."""
        position = event.position().toPoint()
        if self._drag_position is None:
            self._set_pair(self._pair_at(position))
            return
        self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        self.pan(position - self._drag_position)
        self._drag_position = position

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Stop panning."""
        self._drag_position = None
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the whole matrix."""
        self.fit()

    def leaveEvent(self, event: QEvent) -> None:
        """Clear the selected pair."""
        self._set_pair(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Select a pair with the arrow keys, zoom with + and -, and show the whole matrix with 0."""
        key = event.key()
        if key in _STEPS and self._names:
            down, across = _STEPS[Qt.Key(key)]
            row, column = self._pair or (-down, -across)
            last = len(self._names) - 1
            self._set_pair((min(last, max(0, row + down)), min(last, max(0, column + across))))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(ZOOM_STEP)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / ZOOM_STEP)
        elif key == Qt.Key.Key_0:
            self.fit()
        else:
            event.ignore()

    # Painting

    def _apply_palette(self) -> None:
        self._paint_cells()

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Fill the background."""
        painter.fillRect(rect, QColor(colors_of(self).canvas))

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Draw the class names at the left and at the top, and a frame around the selected pair."""
        if not self._names:
            return
        painter.save()
        painter.resetTransform()
        painter.setFont(self._font())
        whole = self.viewportTransform().mapRect(QRectF(0, 0, len(self._names), len(self._names)))
        room = QRectF(self.viewport().rect())
        left = max(room.left() + self._names_px, whole.left()) - _GAP_PX
        top = max(room.top() + self._names_px, whole.top()) - _GAP_PX
        background = QColor(colors_of(self).canvas)
        painter.fillRect(QRectF(room.left(), room.top(), left + 1, room.height()), background)
        painter.fillRect(QRectF(room.left(), room.top(), room.width(), top + 1), background)
        self._draw_names(painter, QPointF(left, top))
        if self._pair is not None:
            row, column = self._pair
            cell = self.viewportTransform().mapRect(QRectF(column, row, 1, 1))
            if cell.center().x() > left and cell.center().y() > top:
                painter.setPen(QPen(QColor(colors_of(self).selection), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(cell.adjusted(-1, -1, 1, 1))
        painter.restore()

    def _draw_names(self, painter: QPainter, corner: QPointF) -> None:
        """Draw the names that have enough space, and always the names of the selected pair."""
        interval = max(1, int(np.ceil(_MIN_NAME_DISTANCE_PX / self.scale_factor)))
        row, column = self._pair if self._pair is not None else (-1, -1)
        size = self.viewport().size()
        for position in range(len(self._names)):
            middle = self.mapFromScene(QPointF(position + 0.5, position + 0.5))
            at_the_left, above = QPointF(corner.x(), middle.y()), QPointF(middle.x(), corner.y())
            if corner.y() < middle.y() < size.height() and _is_named(position, row, interval):
                self._draw_name(painter, at_the_left, 0, position, position == row)
            if corner.x() < middle.x() < size.width() and _is_named(position, column, interval):
                self._draw_name(painter, above, -90, position, position == column)

    def _draw_name(self, painter: QPainter, end: QPointF, turn: float, position: int, hovered: bool) -> None:
        """Draw a class name next to a dot in the class color.

        Args:
            painter: the painter.
            end: position of the end next to the matrix, in viewport pixels.
            turn: rotation in degrees.
            position: index of the class in the order of the matrix.
            hovered: whether the class belongs to the selected pair.
        """
        colors = colors_of(self)
        upright = turn != 0
        painter.save()
        painter.translate(end)
        painter.rotate(turn)
        room = self._names_px - 3 * _GAP_PX
        metrics = QFontMetricsF(painter.font())
        name = metrics.elidedText(self._names[position], Qt.TextElideMode.ElideRight, room)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colors[position])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dot = QPointF(_GAP_PX, 0) if upright else QPointF(-_GAP_PX, 0)
        painter.drawEllipse(dot, 3, 3)
        painter.setPen(QColor(colors.text if hovered else colors.muted))
        aligned = Qt.AlignmentFlag.AlignLeft if upright else Qt.AlignmentFlag.AlignRight
        start = 2.5 * _GAP_PX if upright else -room - 2.5 * _GAP_PX
        # AlignAbsolute: the matrix is not mirrored in right-to-left languages.
        aligned |= Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        painter.drawText(QRectF(start, -8, room, 16), aligned, name)
        painter.restore()


def _is_named(position: int, hovered: int, interval: int) -> bool:
    """Return whether to draw a name.

    The name at ``hovered`` is always drawn. It replaces the names that it would overlap.
    """
    if hovered >= 0 and abs(position - hovered) < interval:
        return position == hovered
    return position % interval == 0
