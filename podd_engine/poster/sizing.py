"""Poster sizes for a budget, and class grids for a number of classes."""

import math
from collections.abc import Iterator


def size_for_budget(images_per_class: float, classes: int, patch_px: int, aspect: float) -> tuple[int, int]:
    """Return the poster size that uses a budget best without exceeding it.

    Among sizes near the aspect ratio, the result minimizes the sum of the unused share of the budget and
    the change of the aspect ratio.

    Args:
        images_per_class: the budget, > 0.
        classes: number of classes.
        patch_px: side length of a patch, which is also the minimum width and height of the poster.
        aspect: desired width / height.

    Returns:
        Width and height, px. Exceeds the budget only if a poster of minimum size already does.
    """
    area = images_per_class * classes * patch_px**2
    ideal_height = math.sqrt(area / aspect)
    reach = max(2, round(ideal_height * 0.04))
    heights = range(math.floor(ideal_height) - reach, math.ceil(ideal_height) + reach + 1)

    def sizes(height: int) -> Iterator[tuple[int, int]]:
        height = max(patch_px, height)
        max_width = int(area / height)
        for width in {max_width, min(max_width, round(height * aspect))}:
            yield max(patch_px, width), height

    def cost(size: tuple[int, int]) -> float:
        width, height = size
        return abs(area - width * height) / area + abs(math.log(width / height / aspect))

    return min((size for height in heights for size in sizes(height)), key=cost)


def class_grid_for(classes: int) -> tuple[int, int]:
    """Return columns and rows of the squarest grid with exactly ``classes`` cells and columns >= rows."""
    rows = next(rows for rows in range(math.isqrt(classes), 0, -1) if classes % rows == 0)
    return classes // rows, rows
