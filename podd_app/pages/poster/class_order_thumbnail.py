"""Thumbnail of a class order in the class colors."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from podd_app.models.class_order import Grid
from podd_app.qt.plain_text import set_tooltip
from podd_app.style.class_colors import class_colors

_MAX_WIDTH_PX, _MAX_HEIGHT_PX = 180.0, 60.0
_MAX_CELL_PX = 22.0


class ClassOrderThumbnail(QWidget):
    """Class grid of a class order with one colored square per class."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid: Grid = ((0,),)
        self._colors: Sequence[QColor] = class_colors(1)

    def set_order(self, grid: Grid, colors: Sequence[QColor], names: tuple[str, ...]) -> None:
        """Show an order.

        Args:
            grid: class index of each cell, row by row.
            colors: class colors by class index.
            names: class names by class index.
        """
        self._grid, self._colors = grid, colors
        rows = [", ".join(names[index] for index in row) for row in grid]
        self.setAccessibleName("; ".join(rows))
        set_tooltip(self, "\n".join(rows) if len(grid) * len(grid[0]) <= 20 else "")
        self.setFixedHeight(self.sizeHint().height())
        self.updateGeometry()
        self.update()

    @property
    def _cell_px(self) -> float:
        return min(_MAX_WIDTH_PX / len(self._grid[0]), _MAX_HEIGHT_PX / len(self._grid), _MAX_CELL_PX)

    def sizeHint(self) -> QSize:
        """Return the size of the grid with square cells."""
        cell = self._cell_px
        return QSize(round(cell * len(self._grid[0])), round(cell * len(self._grid)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint one square per class."""
        painter = QPainter(self)
        cell = self._cell_px
        from_right = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        start = self.width() - cell * len(self._grid[0]) if from_right else 0.0
        gap = 1.0 if cell >= 5 else 0.0
        for row, classes in enumerate(self._grid):
            for column, index in enumerate(classes):
                square = QRectF(start + column * cell, row * cell, cell - gap, cell - gap)
                painter.fillRect(square, self._colors[index])
