"""PoCO: place classes on the class grid so that similar classes are neighbors. Imports no torch.

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
    """Fill the grid along anti-diagonals from the top-left corner, each from its lowest row upward.

    The first cell takes class 0, each next cell the unplaced class with the smallest summed
    distance to the placed neighbors; ties go to the lower class index.

    Args:
        distances: float64 [classes, classes].
        columns, rows: the class grid.

    Raises:
        ConfigError: the grid has not one cell for each class.
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
    """Sum of ``distances`` over horizontally and vertically adjacent cells of ``grid``."""
    return float(distances[grid[:, :-1], grid[:, 1:]].sum() + distances[grid[:-1], grid[1:]].sum())


def random_order_cost(distances: Distances, columns: int, rows: int) -> float:
    """What `order_cost` is on average over all orders of a grid: what an order made by chance costs."""
    classes = len(distances)
    neighbors = (columns - 1) * rows + columns * (rows - 1)
    return float(distances.sum()) / max(1, classes * (classes - 1)) * neighbors


def refine_order(grid: ClassGrid, distances: Distances, seed: int = 0) -> ClassGrid:
    """Lower the cost of ``grid`` by swapping pairs of classes; class 0 may leave its corner.

    Returns:
        An order that costs no more than ``grid``; the same for the same arguments.
    """
    cells = np.arange(grid.size).reshape(grid.shape)
    neighbors = np.zeros((grid.size, grid.size))
    for one, other in ((cells[:, :-1], cells[:, 1:]), (cells[:-1], cells[1:])):
        neighbors[one, other] = neighbors[other, one] = 1
    refined = tabu_search(neighbors, distances, grid.ravel(), seed).reshape(grid.shape)
    return min(grid, refined, key=lambda order: order_cost(order, distances))


def check_cells(columns: int, rows: int, classes: int) -> None:
    """Raise ConfigError unless the grid has exactly one cell per class."""
    if columns * rows != classes:
        raise ConfigError(
            f"poster.class_columns x poster.class_rows: {columns} x {rows} is {columns * rows} cells, "
            f"but there are {classes} classes"
        )
