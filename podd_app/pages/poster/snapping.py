"""Sizes worth stopping at while an edge of the poster is dragged."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from podd_engine.poster.layout import PosterLayout

_FINE_BUDGETS, _COARSE_BUDGETS = 10, 2
"""Round budgets lie a tenth apart up to 1 image per class, and a half above."""


@dataclass(frozen=True)
class Snap:
    """A length of one side of the poster.

    Args:
        length_px: the length.
        what: ``areas``: whole class areas side by side; ``budget``: round images per class;
            ``stride``: patches at equal distances, none rounded.
        amount: how many areas, how many images per class, how many pixels from patch to patch.
        size_px: of a class area, for ``areas``.
    """

    length_px: int
    what: Literal["areas", "budget", "stride"]
    amount: float
    size_px: int = 0


def snap(
    length_px: float, axis: int, layout: PosterLayout, area_px: int, other_px: int | None, tolerance_px: float
) -> Snap | None:
    """The size nearest to ``length_px`` that helps; None if there is none within reach.

    Args:
        length_px: where the edge is held.
        axis: 0 for the width, 1 for the height.
        layout: the poster before.
        area_px: side of a class area along the axis.
        other_px: the other side's length; None while it is dragged as well, so that no budget is meant.
        tolerance_px: how far it snaps; half a pixel at least, which only rounds.
    """

    def distance(found: Snap) -> float:
        return abs(found.length_px - length_px)

    # The first of equally near ones: whole areas say most.
    nearest = min(_snap_candidates(length_px, axis, layout, area_px, other_px), key=distance, default=None)
    return nearest if nearest and distance(nearest) <= max(0.5, tolerance_px) else None


def _snap_candidates(
    length_px: float, axis: int, layout: PosterLayout, area_px: int, other_px: int | None
) -> Iterator[Snap]:
    patch_px = layout.patch[axis]
    areas = round(length_px / area_px)
    if areas * area_px >= patch_px and areas >= 1:
        yield Snap(areas * area_px, "areas", areas, area_px)
    if other_px is not None:
        unit = (
            layout.classes * layout.patch[0] * layout.patch[1] / other_px
        )  # px that one image a class takes
        budget = length_px / unit
        steps = _FINE_BUDGETS if budget < 1 else _COARSE_BUDGETS
        budget = round(budget * steps) / steps
        length = math.floor(budget * unit + 1e-9)
        if length >= patch_px:
            yield Snap(length, "budget", budget)
    gaps = layout.patch_grid[axis] - 1
    if gaps:
        stride = round((length_px - patch_px) / gaps)
        if stride >= 1:
            yield Snap(patch_px + stride * gaps, "stride", stride)
