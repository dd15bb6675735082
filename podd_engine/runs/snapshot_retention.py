"""Selection of the snapshots to keep, so that the disk space of a run does not grow with its duration."""

from collections.abc import Sequence
from math import sqrt

MAX_SNAPSHOTS = 64
"""Maximum number of snapshots per run. For a poster of 9,180 color pixels they take 7 MB."""


def steps_to_keep(steps: Sequence[int], best: int | None, most: int = MAX_SNAPSHOTS) -> list[int]:
    """Select the outer steps whose snapshots are kept.

    The first, the best and the last snapshot are always kept. While more than ``most`` remain, the
    snapshot whose two neighbors are closest to each other is dropped. The distance is the difference of
    the square roots of the steps. Ties drop the earliest snapshot. The result is dense at the beginning,
    where a poster changes most, and gradually sparser later. This also holds when the function is applied
    after every new snapshot to the steps kept before.

    Args:
        steps: outer steps of the existing snapshots, in any order.
        best: outer step of the best poster, or None.
        most: maximum number of snapshots, ≥ 3.

    Returns:
        Outer steps to keep in ascending order.
    """
    kept = sorted(steps)
    while len(kept) > most:
        candidates = [index for index in range(1, len(kept) - 1) if kept[index] != best]
        del kept[min(candidates, key=lambda index: sqrt(kept[index + 1]) - sqrt(kept[index - 1]))]
    return kept
