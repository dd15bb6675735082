"""Poster sizes that a dragged edge snaps to."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from podd_engine.poster.layout import PosterLayout

_FINE_STEPS, _COARSE_STEPS = 10, 2
"""Budget steps per image per class: steps of 0.1 below 1 image per class, steps of 0.5 above."""


@dataclass(frozen=True)
class Snap:
    """Length of one side of the poster and the reason to snap to it.

    Args:
        length_px: the length.
        what: ``areas`` for a whole number of class regions, ``budget`` for a round number of images
            per class, or ``stride`` for an integer distance between all neighboring patches.
        amount: number of class regions, images per class, or pixels between neighboring patches.
        size_px: length of a class region if ``what`` is ``areas``.
    """

    length_px: int
    what: Literal["areas", "budget", "stride"]
    amount: float
    size_px: int = 0


def snap(
    length_px: float,
    axis: int,
    layout: PosterLayout,
    region_px: int,
    other_px: int | None,
    tolerance_px: float,
) -> Snap | None:
    """Return the snap size nearest to ``length_px``, or None if no snap size is within the tolerance.

    Args:
        length_px: length at the position of the pointer.
        axis: 0 for the width, 1 for the height.
        layout: geometry of the poster before the drag.
        region_px: length of a class region along the axis.
        other_px: length of the other side. If None, the user drags both sides, and budgets are ignored.
        tolerance_px: maximum distance to a snap size. Values below 0.5 are treated as 0.5.
    """

    def distance(found: Snap) -> float:
        return abs(found.length_px - length_px)

    # Of equally near candidates, `min` returns the first: class regions before budgets before strides.
    candidates = _snap_candidates(length_px, axis, layout, region_px, other_px)
    nearest = min(candidates, key=distance, default=None)
    return nearest if nearest and distance(nearest) <= max(0.5, tolerance_px) else None


def _snap_candidates(
    length_px: float, axis: int, layout: PosterLayout, region_px: int, other_px: int | None
) -> Iterator[Snap]:
    patch_px = layout.patch[axis]
    regions = round(length_px / region_px)
    if regions * region_px >= patch_px and regions >= 1:
        yield Snap(regions * region_px, "areas", regions, region_px)
    if other_px is not None:
        # Length of a poster with 1 image per class.
        unit_px = layout.classes * layout.patch[0] * layout.patch[1] / other_px
        budget = length_px / unit_px
        steps = _FINE_STEPS if budget < 1 else _COARSE_STEPS
        budget = round(budget * steps) / steps
        length = math.floor(budget * unit_px + 1e-9)
        if length >= patch_px:
            yield Snap(length, "budget", budget)
    gaps = layout.patch_grid[axis] - 1
    if gaps:
        stride = round((length_px - patch_px) / gaps)
        if stride >= 1:
            yield Snap(patch_px + stride * gaps, "stride", stride)
