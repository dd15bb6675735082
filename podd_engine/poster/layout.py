"""Geometry of a poster: patch windows, class regions, the label array and the budget.

This module imports no torch and reads no files. Rectangles are rows ``[x0, y0, x1, y1]`` in pixels,
where ``x1`` and ``y1`` are exclusive. Source: PoDD (arXiv 2403.12040), section 3.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from podd_engine.errors import ConfigError

Rectangles = NDArray[np.int64]


def even_starts(length: int, size: int, count: int) -> NDArray[np.int64]:
    """Return the starts of ``count`` evenly spaced windows of ``size`` pixels along ``length`` pixels.

    The first window starts at 0 and the last window ends at ``length``. Halves are rounded to even
    (NumPy's rule), as in the published code.

    Returns:
        int64 [count], px.
    """
    return np.linspace(0, length - size, count).round().astype(np.int64)


def grid_windows(extent: tuple[int, int], size: tuple[int, int], grid: tuple[int, int]) -> Rectangles:
    """Return evenly spaced windows as rectangles.

    Args:
        extent: width and height of the area, px.
        size: width and height of a window, px.
        grid: columns and rows of windows.

    Returns:
        int64 [columns * rows, 4], column by column from top to bottom.
    """
    xs = np.repeat(even_starts(extent[0], size[0], grid[0]), grid[1])
    ys = np.tile(even_starts(extent[1], size[1], grid[1]), grid[0])
    return np.stack([xs, ys, xs + size[0], ys + size[1]], axis=1)


def _cover_counts(starts: NDArray[np.int64], size: int, length: int) -> NDArray[np.int64]:
    """Return the number of windows of ``size`` that cover each of ``length`` pixels, int64 [length]."""
    changes = np.bincount(starts, minlength=length + 1) - np.bincount(starts + size, minlength=length + 1)
    return changes.cumsum()[:length]


@dataclass(frozen=True)
class PosterLayout:
    """Positions of patches and class regions on a poster.

    Args:
        poster: width and height of the poster, px.
        patch: width and height of a patch, px. Equal to the input size of the network.
        patch_grid: columns and rows of patches.
        class_grid: columns and rows of classes.
        class_area: width and height of a class region, px.

    Raises:
        ConfigError: a size is not positive, a patch or region is larger than the poster, or the
            class regions leave pixels of the poster uncovered.
    """

    poster: tuple[int, int]
    patch: tuple[int, int]
    patch_grid: tuple[int, int]
    class_grid: tuple[int, int]
    class_area: tuple[int, int]

    def __post_init__(self) -> None:
        for side, length, patch, region, classes in zip(
            ("width", "height"),
            self.poster,
            self.patch,
            self.class_area,
            self.class_grid,
            strict=True,
        ):
            if min(length, patch, region, classes) < 1:
                raise ConfigError(f"poster.{side}: all sizes and counts must be at least 1")
            if patch > length:
                raise ConfigError(
                    f"poster.{side}: a poster {side} of {length} px is smaller than a patch ({patch} px); "
                    f"use at least {patch} px or lower dataset.image_size"
                )
            if region > length:
                raise ConfigError(
                    f"poster.{side}: a poster {side} of {length} px is smaller than a class region "
                    f"({region} px); use at least {region} px or lower poster.class_{side}"
                )
            if region * classes < length:
                raise ConfigError(
                    f"poster.{side}: {classes} class regions of {region} px do not cover a poster {side} of "
                    f"{length} px; raise poster.class_{side} to at least {-(-length // classes)} px"
                )
        if min(self.patch_grid) < 1:
            raise ConfigError("patches: columns and rows must be at least 1")

    @property
    def classes(self) -> int:
        """Number of cells in the class grid."""
        return self.class_grid[0] * self.class_grid[1]

    @property
    def patches(self) -> int:
        """Number of patches."""
        return self.patch_grid[0] * self.patch_grid[1]

    @property
    def pixels(self) -> int:
        """Number of poster pixels."""
        return self.poster[0] * self.poster[1]

    @property
    def images_per_class(self) -> float:
        """Budget: poster pixels / (classes * pixels per image)."""
        return self.pixels / (self.classes * self.patch[0] * self.patch[1])

    @cached_property
    def windows(self) -> Rectangles:
        """Patch windows, int64 [patches, 4]. The patch index is column * rows + row."""
        return grid_windows(self.poster, self.patch, self.patch_grid)

    @cached_property
    def class_regions(self) -> Rectangles:
        """Class regions, int64 [classes, 4], in row-major order of the class grid."""
        columns, rows = self.class_grid
        by_column = grid_windows(self.poster, self.class_area, self.class_grid)
        return by_column.reshape(columns, rows, 4).transpose(1, 0, 2).reshape(-1, 4)

    @cached_property
    def overlap(self) -> NDArray[np.int64]:
        """Number of pixels that each patch shares with each class region, int64 [patches, classes]."""
        patch, region = self.windows[:, None], self.class_regions[None]
        low = np.maximum(patch[..., :2], region[..., :2])
        high = np.minimum(patch[..., 2:], region[..., 2:])
        shared: NDArray[np.int64] = np.clip(high - low, 0, None).prod(axis=-1)
        return shared

    @cached_property
    def coverage(self) -> NDArray[np.int64]:
        """Number of patches that contain each pixel, int64 [height, width]."""
        across, down = (
            _cover_counts(even_starts(length, size, count), size, length)
            for length, size, count in zip(self.poster, self.patch, self.patch_grid, strict=True)
        )
        return np.outer(down, across)

    def draws_per_step(self, patch_batch: int) -> NDArray[np.float64]:
        """Return the expected number of times that an inner step draws each pixel.

        Args:
            patch_batch: number of patches that an inner step draws without replacement.

        Returns:
            float64 [height, width].
        """
        return self.coverage.astype(np.float64) * (patch_batch / self.patches)

    def label_array(self, budget: float, cover_all: bool = False) -> "LabelArrayLayout":
        """Return the geometry of the learned label array.

        Of the four ways to round (height, width) up or down, the result has the most cells that are
        strictly fewer than the budget, as in the published code. Source: PoDD, section 3.3.

        Args:
            budget: class vectors per class, > 0.
            cover_all: enlarge the array so that every class has at least one cell.
        """
        width, height = self.poster
        vectors = self.classes * budget
        scale = 1 / np.sqrt(self.pixels / vectors)
        exact_rows, exact_columns = height * scale, width * scale
        shapes = [
            (rows, columns)
            for rows in (np.ceil(exact_rows), np.floor(exact_rows))
            for columns in (np.ceil(exact_columns), np.floor(exact_columns))
        ]

        def unused_vectors(shape: tuple[float, float]) -> float:
            unused = vectors - shape[0] * shape[1]
            return float(unused) if unused > 0 else float("inf")

        rows, columns = (max(1, int(side)) for side in min(shapes, key=unused_vectors))
        if cover_all:
            rows, columns = max(rows, self.class_grid[1]), max(columns, self.class_grid[0])
        return LabelArrayLayout(self, rows, columns)


@dataclass(frozen=True)
class LabelArrayLayout:
    """Geometry of the learned label array: initial class of each cell, and cells of each patch.

    Args:
        layout: layout of the poster.
        rows: rows of cells.
        columns: columns of cells.
    """

    layout: PosterLayout
    rows: int
    columns: int

    @property
    def cells(self) -> int:
        """Number of class vectors."""
        return self.rows * self.columns

    @property
    def window(self) -> tuple[int, int]:
        """Columns and rows of the cells that a patch reads."""
        (patch_w, patch_h), (width, height) = self.layout.patch, self.layout.poster
        return (
            max(1, int(patch_w * (self.columns / width))),
            max(1, int(patch_h * (self.rows / height))),
        )

    @cached_property
    def cell_owner(self) -> NDArray[np.int64]:
        """Class-grid cell (row-major) whose class initializes each label cell, int64 [rows, columns]."""
        columns, rows = self.layout.class_grid

        def owners(cells: int, count: int) -> NDArray[np.int64]:
            edges = np.linspace(0, cells, count + 1).round().astype(np.int64)
            return np.repeat(np.arange(count), np.diff(edges))

        return owners(self.rows, rows)[:, None] * columns + owners(self.columns, columns)[None]

    @property
    def uncovered(self) -> NDArray[np.int64]:
        """Cells of the class grid (row-major) without a label cell.

        The classes of these cells have no label at the start. They get a label only through training.
        """
        return np.setdiff1d(np.arange(self.layout.classes), self.cell_owner)

    @cached_property
    def read_matrix(self) -> NDArray[np.float64]:
        """Matrix with 1 where a patch reads a cell, else 0. float64 [patches, rows * columns]."""
        windows = grid_windows((self.columns, self.rows), self.window, self.layout.patch_grid)
        weights = np.zeros((len(windows), self.rows, self.columns))
        for weight, (x0, y0, x1, y1) in zip(weights, windows, strict=True):
            weight[y0:y1, x0:x1] = 1
        return weights.reshape(len(windows), -1)
