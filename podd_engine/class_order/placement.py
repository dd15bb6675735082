"""PoCO: placement of the classes on the class grid so that similar classes are neighbors. Imports no torch.

Source: PoDD (arXiv 2403.12040), section 3.2.
"""

import numpy as np
from numpy.typing import NDArray

from podd_engine.class_order.distances import Distances
from podd_engine.class_order.tabu_search import tabu_search
from podd_engine.errors import ConfigError

ClassGrid = NDArray[np.int64]
"""Class index of each cell, int64 [rows, columns]."""


def greedy_order(distances: Distances, columns: int, rows: int) -> ClassGrid:
    """Place the classes greedily along the anti-diagonals of the grid.

    The anti-diagonals start in the top-left corner, and each runs from its lowest row upward. The
    first cell gets class 0. Every other cell gets the unplaced class with the smallest sum of
    distances to its placed neighbors. Ties go to the lower class index.

    Args:
        distances: float64 [classes, classes].
        columns: columns of the class grid.
        rows: rows of the class grid.

    Raises:
        ConfigError: the number of cells differs from the number of classes.
    """
    check_cells(columns, rows, len(distances))
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


def order_cost(grid: ClassGrid, distances: Distances) -> float:
    """Return the sum of ``distances`` over horizontally and vertically adjacent cells of ``grid``."""
    return float(distances[grid[:, :-1], grid[:, 1:]].sum() + distances[grid[:-1], grid[1:]].sum())


def random_order_cost(distances: Distances, columns: int, rows: int) -> float:
    """Return the mean of `order_cost` over all orders, that is, the expected cost of a random order."""
    classes = len(distances)
    neighbors = (columns - 1) * rows + columns * (rows - 1)
    return float(distances.sum()) / max(1, classes * (classes - 1)) * neighbors


def refine_order(grid: ClassGrid, distances: Distances, seed: int = 0) -> ClassGrid:
    """Reduce the cost of ``grid`` by swapping pairs of classes. Class 0 may leave its corner.

    Args:
        grid: class index of each cell, int64 [rows, columns].
        distances: float64 [classes, classes].
        seed: seed of the tabu search.

    Returns:
        An order whose cost is not higher than that of ``grid``. The result is deterministic.
    """
    cells = np.arange(grid.size).reshape(grid.shape)
    neighbors = np.zeros((grid.size, grid.size))
    for first, second in ((cells[:, :-1], cells[:, 1:]), (cells[:-1], cells[1:])):
        neighbors[first, second] = neighbors[second, first] = 1
    refined = tabu_search(neighbors, distances, grid.ravel(), seed).reshape(grid.shape)
    return min(grid, refined, key=lambda order: order_cost(order, distances))


def check_cells(columns: int, rows: int, classes: int) -> None:
    """Check that the grid has exactly one cell per class.

    Raises:
        ConfigError: the number of cells differs from the number of classes.
    """
    if columns * rows != classes:
        raise ConfigError(
            f"poster.class_columns x poster.class_rows: {columns} x {rows} is {columns * rows} cells, "
            f"but there are {classes} classes; use one cell per class"
        )
