"""Tabu search: place things in cells so that neighbors are close."""

import numpy as np
from numpy.typing import NDArray

MAX_SWAP_EVALUATIONS = 120_000_000
"""Swaps looked at in a search: about 1.5 s for 200 things on one core."""

MAX_STEPS_PER_CLASS = 50
"""Swaps made at most, for each thing; small problems are settled by then."""


def tabu_search(
    neighbors: NDArray[np.float64],
    distances: NDArray[np.float64],
    start: NDArray[np.int64],
    seed: int,
) -> NDArray[np.int64]:
    """Improve a placement by swapping pairs; lowers ``sum of neighbors[i, j] * distances[p[i], p[j]]``.

    Every step makes the best of all swaps, be it for the worse, so that the search leaves local
    minima; a thing that left a cell may not come back for about as many steps as there are things,
    unless that gives the best placement so far. The change that each swap would make is kept for
    all pairs at once and updated in O(cells^2).

    Args:
        neighbors: symmetric, 0 on the diagonal, float64 [cells, cells].
        distances: symmetric, 0 on the diagonal, float64 [things, things]; as many things as cells.
        start: which thing lies in each cell, int64 [cells].
        seed: of the draws of how long things stay away.

    Returns:
        The best placement met, int64 [cells]; ``start`` if none was better.

    Source: Taillard, "Robust taboo search for the quadratic assignment problem" (1991).
    """
    count = len(start)
    draws = np.random.default_rng(seed)
    placed, best = start.copy(), start.copy()
    between = distances[np.ix_(placed, placed)]
    # [i, j]: summed distance to its neighbors of the thing of cell i, were it in cell j
    moved = between @ neighbors
    cost = best_cost = float((between * neighbors).sum() / 2)
    least_gain = 1e-12 * max(1.0, abs(cost))
    away_until = np.zeros((count, count), dtype=np.int64)  # [thing, cell]
    pairs = np.triu(np.ones((count, count), dtype=bool), 1)
    for step in range(min(MAX_STEPS_PER_CLASS * count, MAX_SWAP_EVALUATIONS // count**2)):
        own = moved.diagonal()
        change = moved + moved.T - own[:, None] - own + 2 * neighbors * between
        away = away_until[placed] > step  # [i, j]: the thing of cell i may not come back to cell j
        allowed = pairs & (~(away & away.T) | (cost + change < best_cost - least_gain))
        first, second = divmod(int(np.where(allowed, change, np.inf).argmin()), count)
        if not allowed[first, second]:
            continue
        cost += float(change[first, second])
        stay = draws.integers(int(0.9 * count), int(1.1 * count) + 2, size=2)
        away_until[placed[[first, second]], [first, second]] = step + stay
        moved += np.outer(between[:, second] - between[:, first], neighbors[first] - neighbors[second])
        pair, swapped = [first, second], [second, first]
        placed[pair] = placed[swapped]
        between[pair] = between[swapped]
        between[:, pair] = between[:, swapped]
        moved[pair] = between[pair] @ neighbors
        if cost < best_cost - least_gain:
            best, best_cost = placed.copy(), cost
    return best
