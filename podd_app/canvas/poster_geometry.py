"""What the canvas shows, as one immutable value, and geometry derived from it."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QColor

from podd_app.models.class_order import Grid
from podd_app.style.class_colors import class_colors
from podd_engine.poster.layout import PosterLayout


@dataclass(frozen=True)
class Spot:
    """A place on the poster.

    Args:
        x_px, y_px: the poster pixel.
        cell: cell of the class grid, row-major.
        patch: the patch whose middle is nearest; None where no patch draws this pixel.
    """

    x_px: int
    y_px: int
    cell: int
    patch: int | None


@dataclass(frozen=True)
class PosterGeometry:
    """A poster's geometry with the classes on it.

    Args:
        layout: geometry.
        grid: class index of each cell, row by row.
        class_names: by class index.
    """

    layout: PosterLayout
    grid: Grid
    class_names: tuple[str, ...]

    @property
    def bounds(self) -> QRectF:
        """The poster, px."""
        return QRectF(0, 0, *self.layout.poster)

    @cached_property
    def cell_classes(self) -> tuple[int, ...]:
        """Class index of each cell, row-major."""
        return tuple(cell for row in self.grid for cell in row)

    @cached_property
    def cell_names(self) -> tuple[str, ...]:
        """Class name of each cell, row-major."""
        return tuple(self.class_names[index].replace("_", " ") for index in self.cell_classes)

    @property
    def colors(self) -> list[QColor]:
        """Color of each cell, row-major."""
        return class_colors(self.layout.class_grid)

    @cached_property
    def _edges(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        columns, rows = self.layout.class_grid
        regions = self.layout.class_regions.reshape(rows, columns, 4)

        def edges(low: NDArray[np.int64], high: NDArray[np.int64]) -> NDArray[np.float64]:
            between = (low[1:] + high[:-1]) / 2
            return np.concatenate([low[:1], between, high[-1:]]).astype(np.float64)

        return edges(regions[0, :, 0], regions[0, :, 2]), edges(regions[:, 0, 1], regions[:, 0, 3])

    @cached_property
    def cells(self) -> tuple[QRectF, ...]:
        """Each class's share of the poster, row-major: regions parted midway where they overlap."""
        xs, ys = self._edges
        return tuple(QRectF(x0, y0, x1 - x0, y1 - y0) for y0, y1 in pairwise(ys) for x0, x1 in pairwise(xs))

    def region(self, cell: int) -> QRectF:
        """The whole region of a cell, overlaps included."""
        return _rectangle(self.layout.class_regions[cell])

    def patch(self, index: int) -> QRectF:
        """The window of a patch."""
        return _rectangle(self.layout.windows[index])

    def patch_position(self, index: int) -> tuple[int, int]:
        """Column and row of a patch on the patch grid."""
        return divmod(index, self.layout.patch_grid[1])

    @cached_property
    def patch_lines(self) -> list[QLineF]:
        """The outlines of all patches, lines that lie on each other drawn once."""
        windows = self.layout.windows
        columns, rows = self.layout.patch_grid
        grid = windows.reshape(columns, rows, 4)
        across = _merged(grid[:, 0, 0], grid[:, 0, 2])
        down = _merged(grid[0, :, 1], grid[0, :, 3])
        upright = np.unique(grid[:, 0, [0, 2]])
        level = np.unique(grid[0, :, [1, 3]])
        return [QLineF(x, y0, x, y1) for x in upright for y0, y1 in down] + [
            QLineF(x0, y, x1, y) for y in level for x0, x1 in across
        ]

    def spot(self, x: float, y: float) -> Spot | None:
        """What lies at poster coordinates; None outside the poster."""
        width, height = self.layout.poster
        if not (0 <= x < width and 0 <= y < height):
            return None
        xs, ys = self._edges
        columns, rows = self.layout.class_grid
        column = min(int(np.searchsorted(xs, x, side="right")) - 1, columns - 1)
        row = min(int(np.searchsorted(ys, y, side="right")) - 1, rows - 1)
        windows = self.layout.windows
        inside = (windows[:, 0] <= x) & (x < windows[:, 2]) & (windows[:, 1] <= y) & (y < windows[:, 3])
        patch = None
        if inside.any():
            middle = (windows[:, :2] + windows[:, 2:]) / 2
            distance = np.where(inside, np.hypot(middle[:, 0] - x, middle[:, 1] - y), np.inf)
            patch = int(distance.argmin())
        return Spot(int(x), int(y), row * columns + column, patch)


def _rectangle(edges: NDArray[np.int64]) -> QRectF:
    x0, y0, x1, y1 = (float(edge) for edge in edges)
    return QRectF(x0, y0, x1 - x0, y1 - y0)


def _merged(low: NDArray[np.int64], high: NDArray[np.int64]) -> list[tuple[float, float]]:
    """Intervals, sorted by start, joined where they touch or overlap."""
    joined = [(float(low[0]), float(high[0]))]
    for start, end in zip(low[1:], high[1:], strict=True):
        if start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], float(end)))
        else:
            joined.append((float(start), float(end)))
    return joined
