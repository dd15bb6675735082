"""Immutable geometry of a poster and its classes, in poster pixels."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from podd_app.models.class_order import Grid
from podd_app.style.class_colors import class_colors
from podd_app.style.formatting import display_class_name
from podd_engine.poster.layout import PosterLayout


@dataclass(frozen=True)
class Spot:
    """A pixel of the poster, with its class cell and patch.

    Args:
        x_px: column of the pixel.
        y_px: row of the pixel.
        cell: index of the class grid cell, row-major.
        patch: the covering patch with the nearest center, or None if no patch covers the pixel.
    """

    x_px: int
    y_px: int
    cell: int
    patch: int | None


@dataclass(frozen=True)
class PosterGeometry:
    """Layout of a poster and its class order.

    Args:
        layout: the layout of poster, patches and class regions.
        grid: class index of each cell of the class grid, row by row.
        class_names: class names, by class index.
    """

    layout: PosterLayout
    grid: Grid
    class_names: tuple[str, ...]

    @property
    def bounds(self) -> QRectF:
        """Rectangle of the poster, px."""
        return QRectF(0, 0, *self.layout.poster)

    @cached_property
    def cell_classes(self) -> tuple[int, ...]:
        """Class index of each cell, row-major."""
        return tuple(cell for row in self.grid for cell in row)

    @cached_property
    def cell_names(self) -> tuple[str, ...]:
        """Class name of each cell, row-major."""
        return tuple(display_class_name(self.class_names[index]) for index in self.cell_classes)

    @cached_property
    def colors(self) -> tuple[QColor, ...]:
        """Color of the class of each cell, row-major."""
        colors = class_colors(max(self.cell_classes) + 1)
        return tuple(colors[index] for index in self.cell_classes)

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
        """Rectangle of each cell, row-major. Overlaps of class regions are divided in the middle."""
        xs, ys = self._edges
        return tuple(QRectF(x0, y0, x1 - x0, y1 - y0) for y0, y1 in pairwise(ys) for x0, x1 in pairwise(xs))

    def region(self, cell: int) -> QRectF:
        """Return the complete class region of a cell, including overlaps with other regions."""
        return _rectangle(self.layout.class_regions[cell])

    def patch(self, index: int) -> QRectF:
        """Return the window of a patch."""
        return _rectangle(self.layout.windows[index])

    def patch_position(self, index: int) -> tuple[int, int]:
        """Return column and row of a patch in the patch grid."""
        return divmod(index, self.layout.patch_grid[1])

    def patch_numbers(self, index: int) -> tuple[int, int, int]:
        """Return number, column and row of a patch for display, counted from 1."""
        column, row = self.patch_position(index)
        return index + 1, column + 1, row + 1

    @cached_property
    def patch_centers(self) -> tuple[QPointF, ...]:
        """Center of each patch, px."""
        return tuple(self.patch(index).center() for index in range(self.layout.patches))

    def spot(self, x: float, y: float) -> Spot | None:
        """Return the spot at poster coordinates, or None outside the poster."""
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
            center = (windows[:, :2] + windows[:, 2:]) / 2
            distance = np.where(inside, np.hypot(center[:, 0] - x, center[:, 1] - y), np.inf)
            patch = int(distance.argmin())
        return Spot(int(x), int(y), row * columns + column, patch)


def _rectangle(edges: NDArray[np.int64]) -> QRectF:
    x0, y0, x1, y1 = (float(edge) for edge in edges)
    return QRectF(x0, y0, x1 - x0, y1 - y0)
