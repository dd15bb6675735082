"""The class order on screen: which class lies in each cell, what that costs, and where it is from."""

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
    """Where an order can come from, for the eye."""
    return {
        key: QCoreApplication.translate("DisplayedClassOrder", title) for key, title in _SOURCE_TITLES.items()
    }


def source_hints() -> dict[str, str]:
    """What each of `source_titles` means."""
    return {
        key: QCoreApplication.translate("DisplayedClassOrder", hint) for key, hint in _SOURCE_HINTS.items()
    }


@dataclass(frozen=True)
class ClassOrderRequest:
    """What a class order depends on; equal requests have equal answers.

    Args:
        dataset_name, dataset_path, image_size: which classes, and which images stand for them.
        source, file, refine: as in `podd_engine.config.schema.OrderConfig`.
        columns, rows: the class grid.
        alone: whether no other source may take the place of one that has nothing.
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
        """What ``config`` asks for."""
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
        """``config`` with the source this asks for."""
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
    """A computed order.

    Args:
        request: what was asked.
        grid: class index of each cell, row by row.
        distances: float64 [classes, classes]; what swaps by hand are measured with; None for index.
        source: where the distances are from: ``clip``, ``bundled``, ``images``, ``file``, ``index``.
        note: why it is not the source that was asked for; empty if it is.
    """

    request: ClassOrderRequest
    grid: Grid
    distances: NDArray[np.float64] | None
    source: str
    note: str = ""


@dataclass(frozen=True)
class DisplayedClassOrder:
    """The order shown.

    Args:
        grid: class index of each cell, row by row.
        source: where it is from, in words.
        cost: summed distance over neighboring cells; None while distances are unknown.
        base_cost: what the computed order costs; differs from ``cost`` after swaps by hand.
        pending: asked for and not yet answered; ``grid`` is index order meanwhile.
        by_hand: whether classes were swapped by hand.
        failure: why the distances could not be had; empty if nothing went wrong.
        note: why the source is another than asked for; empty if it is not.
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
        """Whether it has a cell for each of ``class_grid``, columns and rows."""
        return class_grid == (len(self.grid[0]), len(self.grid))


def index_grid(columns: int, rows: int) -> Grid:
    """Classes in index order, row by row."""
    return tuple(tuple(range(row * columns, (row + 1) * columns)) for row in range(rows))


def swapped(grid: Grid, first: int, second: int) -> Grid:
    """``grid`` with the classes of two cells (row-major) exchanged."""
    columns = len(grid[0])
    cells = [cell for row in grid for cell in row]
    cells[first], cells[second] = cells[second], cells[first]
    return tuple(tuple(cells[at : at + columns]) for at in range(0, len(cells), columns))
