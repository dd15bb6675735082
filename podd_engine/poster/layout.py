"""Geometry of a poster: patch windows, class regions, the label array and the budget.

Numbers only: no torch, no files. Rectangles are rows ``[x0, y0, x1, y1]`` in pixels with
exclusive ends. Source: PoDD (arXiv 2403.12040), section 3.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from podd_engine.errors import ConfigError

Rectangles = NDArray[np.int64]


def even_starts(length: int, size: int, count: int) -> NDArray[np.int64]:
    """Starts of ``count`` windows of ``size`` spread evenly over ``length``, ends touching.

    Halves round to even (NumPy's rule), as in the published code.
    """
    return np.linspace(0, length - size, count).round().astype(np.int64)


def grid_windows(extent: tuple[int, int], size: tuple[int, int], grid: tuple[int, int]) -> Rectangles:
    """Windows of ``size`` (w, h) on a ``grid`` (columns, rows) over ``extent`` (w, h).

    Returns int64 [columns * rows, 4], running down a column first, then to the next column.
    """
    xs = np.repeat(even_starts(extent[0], size[0], grid[0]), grid[1])
    ys = np.tile(even_starts(extent[1], size[1], grid[1]), grid[0])
    return np.stack([xs, ys, xs + size[0], ys + size[1]], axis=1)


def _cover_counts(starts: NDArray[np.int64], size: int, length: int) -> NDArray[np.int64]:
    """How many windows of ``size`` lie over each of ``length`` pixels, int64 [length]."""
    begun = np.bincount(starts, minlength=length + 1) - np.bincount(starts + size, minlength=length + 1)
    return begun.cumsum()[:length]


@dataclass(frozen=True)
class PosterLayout:
    """Where everything lies on a poster.

    Args:
        poster: width and height, px.
        patch: width and height of a patch, px: the network's input size.
        patch_grid: patches across and down.
        class_grid: classes across and down.
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
        for axis, length, patch, area, classes in zip(
            ("wide", "high"),
            self.poster,
            self.patch,
            self.class_area,
            self.class_grid,
            strict=True,
        ):
            if min(length, patch, area, classes) < 1:
                raise ConfigError(f"poster: sizes and counts {axis} must be at least 1")
            if patch > length:
                raise ConfigError(
                    f"poster: a patch is {patch} px {axis} but the poster only {length} px; "
                    "enlarge the poster or lower dataset.image_size"
                )
            if area > length:
                raise ConfigError(
                    f"poster: a class region is {area} px {axis} but the poster only {length} px; "
                    "lower poster.class_width or poster.class_height"
                )
            if area * classes < length:
                raise ConfigError(
                    f"poster: {classes} class regions of {area} px {axis} do not cover "
                    f"{length} px; raise poster.class_width or poster.class_height"
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
        """Budget: poster pixels over (classes x image pixels)."""
        return self.pixels / (self.classes * self.patch[0] * self.patch[1])

    @cached_property
    def windows(self) -> Rectangles:
        """Patch windows, int64 [patches, 4]; index = column * rows + row."""
        return grid_windows(self.poster, self.patch, self.patch_grid)

    @cached_property
    def class_regions(self) -> Rectangles:
        """Class regions, int64 [classes, 4], row-major over the class grid."""
        columns, rows = self.class_grid
        by_column = grid_windows(self.poster, self.class_area, self.class_grid)
        return by_column.reshape(columns, rows, 4).transpose(1, 0, 2).reshape(-1, 4)

    @cached_property
    def overlap(self) -> NDArray[np.int64]:
        """Pixels that each patch shares with each class region, int64 [patches, grid cells]."""
        patch, region = self.windows[:, None], self.class_regions[None]
        low = np.maximum(patch[..., :2], region[..., :2])
        high = np.minimum(patch[..., 2:], region[..., 2:])
        shared: NDArray[np.int64] = np.clip(high - low, 0, None).prod(axis=-1)
        return shared

    @cached_property
    def coverage(self) -> NDArray[np.int64]:
        """How many patches draw each pixel, int64 [height, width]."""
        across, down = (
            _cover_counts(even_starts(length, size, count), size, length)
            for length, size, count in zip(self.poster, self.patch, self.patch_grid, strict=True)
        )
        return np.outer(down, across)

    def draws_per_step(self, patch_batch: int) -> NDArray[np.float64]:
        """How often an inner step draws each pixel, on average, float64 [height, width].

        Args:
            patch_batch: patches an inner step draws of all, without replacement.
        """
        return self.coverage.astype(np.float64) * (patch_batch / self.patches)

    def label_array(self, budget: float, cover_all: bool = False) -> "LabelArrayLayout":
        """Geometry of the learned label array for ``budget`` class vectors per class.

        Source: PoDD section 3.3; the rounding is the published one: of the four ways to round
        (height, width), the largest that stays strictly below the budget.

        Args:
            budget: class vectors per class, > 0.
            cover_all: grow the array to at least one cell for every class of the grid.
        """
        width, height = self.poster
        vectors = self.classes * budget
        scale = 1 / np.sqrt(self.pixels / vectors)
        tall, wide = height * scale, width * scale
        shapes = [(y, x) for y in (np.ceil(tall), np.floor(tall)) for x in (np.ceil(wide), np.floor(wide))]

        def unused(shape: tuple[float, float]) -> float:
            left = vectors - shape[0] * shape[1]
            return float(left) if left > 0 else float("inf")

        rows, columns = (max(1, int(side)) for side in min(shapes, key=unused))
        if cover_all:
            rows, columns = max(rows, self.class_grid[1]), max(columns, self.class_grid[0])
        return LabelArrayLayout(self, rows, columns)


@dataclass(frozen=True)
class LabelArrayLayout:
    """Geometry of the learned label array: which cells a class starts in, which a patch reads.

    Args:
        layout: the poster's layout.
        rows: cells down.
        columns: cells across.
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
        """Columns and rows of cells one patch reads."""
        (patch_w, patch_h), (width, height) = self.layout.patch, self.layout.poster
        return (
            max(1, int(patch_w * (self.columns / width))),
            max(1, int(patch_h * (self.rows / height))),
        )

    @cached_property
    def cell_owner(self) -> NDArray[np.int64]:
        """Cell of the class grid (row-major) each label cell starts in, int64 [rows, columns]."""
        columns, rows = self.layout.class_grid

        def owners(cells: int, count: int) -> NDArray[np.int64]:
            edges = np.linspace(0, cells, count + 1).round().astype(np.int64)
            return np.repeat(np.arange(count), np.diff(edges))

        return owners(self.rows, rows)[:, None] * columns + owners(self.columns, columns)[None]

    @property
    def uncovered(self) -> NDArray[np.int64]:
        """Cells of the class grid (row-major) no label cell starts in: these classes have no
        label at the start, and only learn one if training gives it to them.
        """
        return np.setdiff1d(np.arange(self.layout.classes), self.cell_owner)

    @cached_property
    def read_matrix(self) -> NDArray[np.float64]:
        """Which cells each patch sums, float64 of 0 and 1, [patches, rows * columns]."""
        windows = grid_windows((self.columns, self.rows), self.window, self.layout.patch_grid)
        weights = np.zeros((len(windows), self.rows, self.columns))
        for weight, (x0, y0, x1, y1) in zip(weights, windows, strict=True):
            weight[y0:y1, x0:x1] = 1
        return weights.reshape(len(windows), -1)
