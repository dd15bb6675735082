"""Tabu search for the quadratic assignment problem: assign items to cells so that neighbors are close."""

import numpy as np
from numpy.typing import NDArray

MAX_SWAP_EVALUATIONS = 120_000_000
"""Maximum number of evaluated swaps in a search: about 1.5 s for 200 items on one core."""

MAX_STEPS_PER_ITEM = 50
"""Maximum number of executed swaps per item. Small problems converge within this limit."""


def tabu_search(
    neighbors: NDArray[np.float64],
    distances: NDArray[np.float64],
    start: NDArray[np.int64],
    seed: int,
) -> NDArray[np.int64]:
    """Minimize ``sum of neighbors[i, j] * distances[p[i], p[j]]`` over placements p by swapping pairs.

    Every step executes the best of all swaps, even if the cost increases, so that the search can
    leave local minima. A swap is tabu while both items would return to cells that they left
    recently (within about as many steps as there are items), unless the swap gives a new best
    placement. The search stores the cost change of every swap and updates all changes in O(cells^2)
    per step.

    Args:
        neighbors: weights of the cell pairs, float64 [cells, cells], symmetric, 0 on the diagonal.
        distances: float64 [items, items], symmetric, 0 on the diagonal; as many items as cells.
        start: initial item in each cell, int64 [cells].
        seed: seed for the random duration of each tabu.

    Returns:
        The best placement found, int64 [cells]; ``start`` if no placement is better.

    Source: Taillard, "Robust taboo search for the quadratic assignment problem" (1991).
    """
    count = len(start)
    draws = np.random.default_rng(seed)
    placed, best = start.copy(), start.copy()
    between = distances[np.ix_(placed, placed)]
    # [i, j]: sum of distances between the item of cell i and the neighbors of cell j
    moved = between @ neighbors
    cost = best_cost = float((between * neighbors).sum() / 2)
    least_gain = 1e-12 * max(1.0, abs(cost))
    tabu_until = np.zeros((count, count), dtype=np.int64)  # [item, cell]
    pairs = np.triu(np.ones((count, count), dtype=bool), 1)
    for step in range(min(MAX_STEPS_PER_ITEM * count, MAX_SWAP_EVALUATIONS // count**2)):
        own = moved.diagonal()
        change = moved + moved.T - own[:, None] - own + 2 * neighbors * between
        tabu = tabu_until[placed] > step  # [i, j]: the item of cell i left cell j recently
        allowed = pairs & (~(tabu & tabu.T) | (cost + change < best_cost - least_gain))
        first, second = divmod(int(np.where(allowed, change, np.inf).argmin()), count)
        if not allowed[first, second]:
            continue
        cost += float(change[first, second])
        duration = draws.integers(int(0.9 * count), int(1.1 * count) + 2, size=2)
        tabu_until[placed[[first, second]], [first, second]] = step + duration
        moved += np.outer(between[:, second] - between[:, first], neighbors[first] - neighbors[second])
        pair, swapped = [first, second], [second, first]
        placed[pair] = placed[swapped]
        between[pair] = between[swapped]
        between[:, pair] = between[:, swapped]
        moved[pair] = between[pair] @ neighbors
        if cost < best_cost - least_gain:
            best, best_cost = placed.copy(), cost
    return best
