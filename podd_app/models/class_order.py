"""Values of class orders: requests, answers, and the order on screen."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from podd_engine.config.schema import DistillationConfig

Grid = tuple[tuple[int, ...], ...]

_SOURCE_TITLES = {
    "clip": "CLIP",
    "bundled": "Word meanings",
    "images": "Looks alike",
    "file": "From a file",
    "index": "Index",
}
_SOURCE_HINTS = {
    "clip": "Distances between CLIP text embeddings of the class names; needs CLIP's weights",
    "bundled": "Distances between sentence embeddings of the class names, part of the program",
    "images": "Distances between whitened class-mean images; for folders with meaningless names",
    "file": "A CSV file of distances",
    "index": "Plain index order; nothing is computed",
}


def source_titles() -> dict[str, str]:
    """Translated names of the class-distance sources, by key."""
    return {
        key: QCoreApplication.translate("DisplayedClassOrder", title) for key, title in _SOURCE_TITLES.items()
    }


def source_hints() -> dict[str, str]:
    """Translated descriptions of the class-distance sources, by key."""
    return {
        key: QCoreApplication.translate("DisplayedClassOrder", hint) for key, hint in _SOURCE_HINTS.items()
    }


@dataclass(frozen=True)
class ClassOrderRequest:
    """All values that a class order depends on; equal requests have equal answers.

    Args:
        dataset_name, dataset_path, image_size: the dataset, which determines classes and images.
        source, file, refine: as in `podd_engine.config.schema.OrderConfig`.
        columns, rows: size of the class grid.
        alone: whether the request fails, instead of falling back to another source, if the source
            has no distances.
    """

    dataset_name: str
    dataset_path: str
    image_size: int
    source: str
    file: str
    refine: bool
    columns: int
    rows: int
    no_fallback: bool = False

    @classmethod
    def from_config(cls, config: DistillationConfig) -> "ClassOrderRequest":
        """The request of ``config``."""
        order, poster, data = config.order, config.poster, config.dataset
        return cls(
            dataset_name=data.name,
            dataset_path=data.path,
            image_size=data.image_size,
            source=order.source,
            file=order.file,
            refine=order.refine,
            columns=poster.class_columns,
            rows=poster.class_rows,
        )

    def applied_to(self, config: DistillationConfig) -> DistillationConfig:
        """A copy of ``config`` with the source of this request and no order by hand."""
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
    """The answer to an `ClassOrderRequest`.

    Args:
        request: the request.
        grid: class index of each cell, row by row.
        distances: float64 [classes, classes], used for the cost of swaps; None for source ``index``.
        source: where the distances come from: ``clip``, ``bundled``, ``images``, ``file`` or ``index``.
        note: why ``source`` differs from the requested one; empty if it does not.
    """

    request: ClassOrderRequest
    grid: Grid
    distances: NDArray[np.float64] | None
    source: str
    note: str = ""


@dataclass(frozen=True)
class DisplayedClassOrder:
    """A class order with its source and cost.

    Args:
        grid: class index of each cell, row by row.
        source: translated name of the source.
        cost: sum of distances over adjacent cells; None if the distances are unknown.
        base_cost: cost of the computed order; differs from ``cost`` after swaps by hand.
        pending: whether the answer is still missing; until then, ``grid`` has the classes in index order.
        by_hand: whether classes were swapped by hand.
        failure: why the distances are not available; empty if they are.
        note: why ``source`` differs from the requested one; empty if it does not.
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
        """Whether ``grid`` has the size ``class_grid`` (columns, rows)."""
        return class_grid == (len(self.grid[0]), len(self.grid))


def index_grid(columns: int, rows: int) -> Grid:
    """The grid with classes in index order, row by row."""
    return tuple(tuple(range(row * columns, (row + 1) * columns)) for row in range(rows))


def swapped(grid: Grid, first: int, second: int) -> Grid:
    """A copy of ``grid`` with the classes of two cells (row-major) swapped."""
    columns = len(grid[0])
    cells = [cell for row in grid for cell in row]
    cells[first], cells[second] = cells[second], cells[first]
    return tuple(tuple(cells[at : at + columns]) for at in range(0, len(cells), columns))
