"""Class colors, chosen from the positions of the classes on the poster.

Adjacent classes of the class grid have similar hues, so a soft label over adjacent classes appears
in related colors. Their lightness alternates by a small step, like the squares of a chessboard, so
that adjacent classes stay distinguishable in grayscale print and with color vision deficiency.
Class names always accompany the colors.
"""

from functools import lru_cache

import numpy as np
from PySide6.QtGui import QColor

from podd_app.style.oklab import linear_to_srgb, oklab_to_linear_rgb

LIGHTNESS = 0.70
"""Mean OKLCH lightness."""
LIGHTNESS_STEP = 0.04
"""Added to and subtracted from `LIGHTNESS` in alternation."""
CHROMA_AT_EDGE = 0.135
CHROMA_AT_CENTER = 0.075


@lru_cache(maxsize=64)
def class_colors(grid_shape: tuple[int, int]) -> list[QColor]:
    """Return one color for each cell of a class grid, in row-major order.

    The hue makes one turn around the center of the grid in equal steps. The chroma increases outward,
    and the lightness alternates.

    Args:
        grid_shape: Number of columns and rows.
    """
    columns, rows = grid_shape
    x = (np.arange(columns) - (columns - 1) / 2) / max(columns / 2, 0.5)
    y = (np.arange(rows) - (rows - 1) / 2) / max(rows / 2, 0.5)
    across, down = (axis.ravel() for axis in np.meshgrid(x, y))
    if min(grid_shape) == 1:
        hues = np.arange(columns * rows) / (columns * rows)
        chroma = np.full(columns * rows, CHROMA_AT_EDGE)
    else:
        angles = np.round(np.arctan2(down, across), 6)
        rank = np.unique(angles, return_inverse=True)[1]
        hues = rank / (rank.max() + 1)
        distance = np.maximum(np.abs(across), np.abs(down))
        chroma = CHROMA_AT_CENTER + (CHROMA_AT_EDGE - CHROMA_AT_CENTER) * distance / distance.max()
    odd = np.add.outer(np.arange(rows), np.arange(columns)).ravel() % 2
    lightness = LIGHTNESS + LIGHTNESS_STEP * (2 * odd - 1)
    return [_oklch(*map(float, cell)) for cell in zip(lightness, chroma, hues, strict=True)]


def _oklch(lightness: float, chroma: float, hue: float) -> QColor:
    """Convert an OKLCH color to sRGB. Reduce the chroma until the color is in the sRGB gamut.

    Args:
        lightness: OKLab lightness, 0-1.
        chroma: OKLCH chroma.
        hue: Hue as a fraction of a turn.
    """
    for reduced in np.linspace(chroma, 0, 40):
        linear = oklab_to_linear_rgb(
            lightness, reduced * np.cos(2 * np.pi * hue), reduced * np.sin(2 * np.pi * hue)
        )
        if min(linear) >= 0 and max(linear) <= 1:
            break
    return QColor.fromRgbF(*(float(channel) for channel in linear_to_srgb(linear)))
