"""Values of class orders: requests, results, and the displayed order."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from podd_app.qt.translation import QT_TRANSLATE_NOOP
from podd_engine.config.schema import DistillationConfig

Grid = tuple[tuple[int, ...], ...]

# The stub of QT_TRANSLATE_NOOP returns `object`, hence `Any`.
_SOURCE_TITLES: dict[str, Any] = {
    "clip": QT_TRANSLATE_NOOP("ClassOrder", "CLIP"),
    "bundled": QT_TRANSLATE_NOOP("ClassOrder", "Text similarity"),
    "images": QT_TRANSLATE_NOOP("ClassOrder", "Visual similarity"),
    "file": QT_TRANSLATE_NOOP("ClassOrder", "Distance file"),
    "index": QT_TRANSLATE_NOOP("ClassOrder", "Index"),
}
_SOURCE_HINTS: dict[str, Any] = {
    "clip": QT_TRANSLATE_NOOP(
        "ClassOrder", "Distances between CLIP text embeddings of the class names. Requires the CLIP weights."
    ),
    "bundled": QT_TRANSLATE_NOOP(
        "ClassOrder", "Distances between built-in sentence embeddings of the class names."
    ),
    "images": QT_TRANSLATE_NOOP(
        "ClassOrder", "Distances between whitened class-mean images. Useful if class names have no meaning."
    ),
    "file": QT_TRANSLATE_NOOP("ClassOrder", "Distances from a CSV file."),
    "index": QT_TRANSLATE_NOOP("ClassOrder", "Classes in index order, without distances."),
}


def source_titles() -> dict[str, str]:
    """Return the translated titles of the class-distance sources, by key."""
    return {key: QCoreApplication.translate("ClassOrder", title) for key, title in _SOURCE_TITLES.items()}


def source_hints() -> dict[str, str]:
    """Return the translated descriptions of the class-distance sources, by key."""
    return {key: QCoreApplication.translate("ClassOrder", hint) for key, hint in _SOURCE_HINTS.items()}


@dataclass(frozen=True)
class ClassOrderRequest:
    """All values that a class order depends on. Equal requests have equal results.

    Args:
        dataset_name, dataset_path, classes, image_size: the dataset, which determines classes and images.
        source, file, refine: as in `podd_engine.config.schema.OrderConfig`.
        columns, rows: size of the class grid.
        no_fallback: whether the request fails if the source has no distances. If False, another
            source replaces the missing one.
    """

    dataset_name: str
    dataset_path: str
    classes: tuple[str, ...]
    image_size: int
    source: str
    file: str
    refine: bool
    columns: int
    rows: int
    no_fallback: bool = False

    @classmethod
    def from_config(cls, config: DistillationConfig) -> "ClassOrderRequest":
        """Return the request for the class order of ``config``."""
        order, poster, data = config.order, config.poster, config.dataset
        return cls(
            dataset_name=data.name,
            dataset_path=data.path,
            classes=data.classes,
            image_size=data.image_size,
            source=order.source,
            file=order.file,
            refine=order.refine,
            columns=poster.class_columns,
            rows=poster.class_rows,
        )

    def applied_to(self, config: DistillationConfig) -> DistillationConfig:
        """Return a copy of ``config`` with the source of this request and no manual order."""
        return config.with_values(
            {
                "order.source": self.source,
                "order.file": self.file,
                "order.refine": self.refine,
                "order.grid": (),
            }
        )


@dataclass(frozen=True, eq=False)
class ClassOrderResult:
    """Result of a `ClassOrderRequest`.

    Args:
        request: the request.
        grid: class index of each cell, row by row.
        distances: float64 [classes, classes], used for the cost of swaps; None for source ``index``.
        source: source of the distances: ``clip``, ``bundled``, ``images``, ``file`` or ``index``.
        note: reason why ``source`` differs from the requested source; empty if both are equal.
    """

    request: ClassOrderRequest
    grid: Grid
    distances: NDArray[np.float64] | None
    source: str
    note: str = ""


@dataclass(frozen=True)
class DisplayedClassOrder:
    """Class order with its source and cost, ready for display.

    Args:
        grid: class index of each cell, row by row.
        source: translated title of the source.
        cost: sum of distances over adjacent cells; None if the distances are unknown.
        base_cost: cost of the computed order; differs from ``cost`` after manual swaps.
        pending: whether the result is not available yet. ``grid`` shows the index order meanwhile.
        by_hand: whether the user swapped classes.
        failure: reason why the distances are not available; empty if they are available.
        note: reason why ``source`` differs from the requested source; empty if both are equal.
    """

    grid: Grid
    source: str
    cost: float | None = None
    base_cost: float | None = None
    pending: bool = False
    by_hand: bool = False
    failure: str = ""
    note: str = ""

    def fits(self, class_grid: tuple[int, int]) -> bool:
        """Return whether ``grid`` has the size ``class_grid`` (columns, rows)."""
        return class_grid == (len(self.grid[0]), len(self.grid))


def index_grid(columns: int, rows: int) -> Grid:
    """Return the grid with classes in index order, row by row."""
    return tuple(tuple(range(row * columns, (row + 1) * columns)) for row in range(rows))


def swapped(grid: Grid, first: int, second: int) -> Grid:
    """Return a copy of ``grid`` with the classes of two cells (row-major indices) swapped."""
    columns = len(grid[0])
    cells = [cell for row in grid for cell in row]
    cells[first], cells[second] = cells[second], cells[first]
    return tuple(tuple(cells[at : at + columns]) for at in range(0, len(cells), columns))
