"""Which snapshots of a run are kept, so that a run of a week stays as small as one of an hour."""

from collections.abc import Sequence
from math import sqrt

MAX_SNAPSHOTS = 64
"""Most snapshots of a run: 7 MB for a poster of 9180 color pixels, however long it runs."""


def steps_to_keep(steps: Sequence[int], best: int | None, most: int = MAX_SNAPSHOTS) -> list[int]:
    """The outer steps whose snapshots are kept, rising.

    The first, the best and the last are always kept. While there are more than ``most``, that one
    of the others goes whose neighbors are nearest to each other, measured between the square
    roots of their steps; of several, the earliest. So what stays is dense at the beginning, where
    a poster changes most, and grows sparser evenly, also when this is asked after every new
    snapshot of what was kept before.

    Args:
        steps: outer steps there are snapshots of, in any order.
        best: the step of the best poster; None while there is none.
        most: how many are kept; at least 3.
    """
    kept = sorted(steps)
    while len(kept) > most:
        inner = [at for at in range(1, len(kept) - 1) if kept[at] != best]
        del kept[min(inner, key=lambda at: sqrt(kept[at + 1]) - sqrt(kept[at - 1]))]
    return kept
