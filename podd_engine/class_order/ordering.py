"""PoCO: which class lies in which cell of the class grid, so that similar classes are neighbours.

Source: PoDD (arXiv 2403.12040), section 3.2.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from podd_engine.class_order.bundled_embeddings import bundled_embeddings
from podd_engine.class_order.class_mean_distances import class_mean_distances
from podd_engine.class_order.class_words import class_words
from podd_engine.class_order.clip_embeddings import clip_embeddings
from podd_engine.class_order.clip_weights import find_weights
from podd_engine.class_order.distance_file import read_distances
from podd_engine.class_order.distances import Distances, DistancesUnavailable, distances_from_embeddings
from podd_engine.class_order.tabu_search import tabu_search
from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import ConfigError

Grid = NDArray[np.int64]
"""Class index of each cell, int64 [rows, columns]."""

FALLBACKS = {"clip": "bundled", "bundled": "images", "images": "index"}
"""What takes a source's place when it has nothing, for configs that ask for ``clip``."""

TITLES = {"bundled": "bundled sentence embeddings", "images": "class-mean images", "index": "index order"}


@dataclass(frozen=True, eq=False)
class ClassOrder:
    """An order of classes and where it came from.

    Args:
        grid: class index of each cell, int64 [rows, columns].
        names: class names by class index.
        cost: sum of distances over adjacent pairs; None where there are no distances.
        source: ``clip``, ``bundled``, ``images``, ``file``, ``index``, or ``given`` by the config.
        note: why it is not the source that was asked for; empty if it is.
        distances: float64 [classes, classes]; None for ``index`` and ``given``.
    """

    grid: Grid
    names: tuple[str, ...]
    cost: float | None
    source: str
    note: str = ""
    distances: Distances | None = None


def greedy_order(distances: Distances, columns: int, rows: int) -> Grid:
    """Fill the grid along anti-diagonals from the top-left corner, each from its lowest row upward.

    The first cell takes class 0, each next cell the unplaced class with the smallest summed
    distance to the placed neighbours; ties go to the lower class index.

    Args:
        distances: float64 [classes, classes].
        columns, rows: the class grid.

    Raises:
        ConfigError: the grid has not one cell for each class.
    """
    _check_cells(columns, rows, len(distances))
    grid = np.zeros((rows, columns), dtype=np.int64)
    unplaced = np.ones(len(distances), dtype=bool)
    for diagonal in range(rows + columns - 1):
        for row in range(min(diagonal, rows - 1), max(-1, diagonal - columns), -1):
            column = diagonal - row
            placed = [grid[row - 1, column]] if row else []
            placed += [grid[row, column - 1]] if column else []
            nearness = distances[:, placed].sum(axis=1)
            grid[row, column] = np.where(unplaced, nearness, np.inf).argmin()
            unplaced[grid[row, column]] = False
    return grid


def order_cost(grid: Grid, distances: Distances) -> float:
    """Sum of ``distances`` over horizontally and vertically adjacent cells of ``grid``."""
    return float(distances[grid[:, :-1], grid[:, 1:]].sum() + distances[grid[:-1], grid[1:]].sum())


def chance_cost(distances: Distances, columns: int, rows: int) -> float:
    """What `order_cost` is on average over all orders of a grid: what an order made by chance costs."""
    classes = len(distances)
    neighbours = (columns - 1) * rows + columns * (rows - 1)
    return float(distances.sum()) / max(1, classes * (classes - 1)) * neighbours


def refine_order(grid: Grid, distances: Distances, seed: int = 0) -> Grid:
    """Lower the cost of ``grid`` by swapping pairs of classes; class 0 may leave its corner.

    Returns:
        An order that costs no more than ``grid``; the same for the same arguments.
    """
    cells = np.arange(grid.size).reshape(grid.shape)
    neighbours = np.zeros((grid.size, grid.size))
    for one, other in ((cells[:, :-1], cells[:, 1:]), (cells[:-1], cells[1:])):
        neighbours[one, other] = neighbours[other, one] = 1
    refined = tabu_search(neighbours, distances, grid.ravel(), seed).reshape(grid.shape)
    return min(grid, refined, key=lambda order: order_cost(order, distances))


def resolve_order(
    config: DistillationConfig,
    class_names: Sequence[str],
    *,
    images: Callable[[], tuple[NDArray[Any], NDArray[Any]]] | None = None,
    fall_back: bool = True,
    notify: Callable[[str], None] = lambda text: None,
) -> ClassOrder:
    """The class order that ``config`` asks for.

    Source ``clip`` gives way to ``bundled``, ``images`` and ``index``, in this order, where its
    weights are not on this machine; every other source is used or fails.

    Args:
        config: ``order.grid`` is taken as it is; otherwise ``order.source`` and ``order.refine`` count.
        class_names: names by class index.
        images: gives preprocessed training images [images, channels, height, width] and labels
            [images]; called only if they are needed. None: there are none.
        fall_back: whether another source may take the place of ``clip``; else it too is used or fails.
        notify: receives a line where another source is used than asked for, or work takes a while.

    Raises:
        ConfigError: the class grid has not one cell for each class.
        DistancesError: the source has no distances for these classes.
    """
    columns, rows = config.layout.class_grid
    names = tuple(class_names)
    _check_cells(columns, rows, len(names))
    if config.order.grid:
        return ClassOrder(np.array(config.order.grid, dtype=np.int64), names, None, "given")
    words = class_words(config.dataset.name, names)

    def clip() -> Distances:
        weights = find_weights(config.order.file)
        notify(f"class order: reading {len(names)} class names with CLIP")
        return distances_from_embeddings(clip_embeddings(words, weights))

    def looks() -> Distances:
        if images is None:
            raise DistancesUnavailable("there are no training images at hand")
        return class_mean_distances(*images(), names)

    measures: dict[str, Callable[[], Distances | None]] = {
        "clip": clip,
        "bundled": lambda: distances_from_embeddings(bundled_embeddings(words)),
        "images": looks,
        "file": lambda: read_distances(Path(config.order.file).expanduser()).for_classes(names),
        "index": lambda: None,
    }
    source: str = config.order.source
    note = ""
    while True:
        try:
            distances = measures[source]()
            break
        except DistancesUnavailable as problem:
            if not fall_back:
                raise DistancesUnavailable(f"{problem}; take another source") from None
            if config.order.source != "clip":
                raise
            source = FALLBACKS[source]
            note = f"{problem}; using {TITLES[source]} instead"
            notify(f"class order: {note}")
    if distances is None:
        return ClassOrder(np.arange(len(names)).reshape(rows, columns), names, None, source, note)
    grid = greedy_order(distances, columns, rows)
    if config.order.refine:
        grid = refine_order(grid, distances)
    return ClassOrder(grid, names, order_cost(grid, distances), source, note, distances)


def _check_cells(columns: int, rows: int, classes: int) -> None:
    if columns * rows != classes:
        raise ConfigError(
            f"poster.class_columns x poster.class_rows: {columns} x {rows} is {columns * rows} cells, "
            f"but there are {classes} classes"
        )
