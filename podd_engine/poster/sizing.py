"""Sizes and grids that suit a budget: what sliders and newly chosen datasets turn into."""

import math
from collections.abc import Iterator


def size_for_budget(images_per_class: float, classes: int, patch_px: int, aspect: float) -> tuple[int, int]:
    """A poster size that spends a budget well without exceeding it.

    Among sizes near the aspect, the one that wastes fewest pixels for the least change of shape.

    Args:
        images_per_class: the budget, > 0.
        classes: number of classes.
        patch_px: side of a patch; the poster is never smaller.
        aspect: width over height to keep.

    Returns:
        Width and height, px. More than the budget only where one patch already is.
    """
    area = images_per_class * classes * patch_px**2
    ideal_height = math.sqrt(area / aspect)
    reach = max(2, round(ideal_height * 0.04))
    heights = range(math.floor(ideal_height) - reach, math.ceil(ideal_height) + reach + 1)

    def sizes(height: int) -> Iterator[tuple[int, int]]:
        height = max(patch_px, height)
        most = int(area / height)
        for width in {most, min(most, round(height * aspect))}:
            yield max(patch_px, width), height

    def misfit(size: tuple[int, int]) -> float:
        width, height = size
        return abs(area - width * height) / area + abs(math.log(width / height / aspect))

    return min((size for height in heights for size in sizes(height)), key=misfit)


def class_grid_for(classes: int) -> tuple[int, int]:
    """Columns and rows of the squarest grid of exactly ``classes`` cells, at least as wide as high."""
    rows = next(rows for rows in range(math.isqrt(classes), 0, -1) if classes % rows == 0)
    return classes // rows, rows
