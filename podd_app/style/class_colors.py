"""One color a class, from where it lies on the poster.

Neighbors on the class grid are neighbors in hue and nearly equally light, so a soft label over
adjacent classes reads as one family of colors. They are a small step of lightness apart, like the
fields of a chessboard: that is what is left of them in print and to eyes that see fewer colors.
Colors never stand alone: names accompany them.
"""

from functools import lru_cache

import numpy as np
from PySide6.QtGui import QColor

from podd_app.style.oklab import linear_to_srgb, oklab_to_linear_rgb

LIGHTNESS = 0.70
LIGHTNESS_STEP = 0.04
"""Above it and below it in turns."""
CHROMA_AT_EDGE = 0.135
CHROMA_AT_CENTER = 0.075


@lru_cache(maxsize=64)
def class_colors(grid_shape: tuple[int, int]) -> list[QColor]:
    """Colors of the cells of a class grid, row-major.

    The hue turns once around the center of the grid, evenly over the cells; chroma grows outward;
    lightness alternates.

    Args:
        grid_shape: classes across and down.
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
    """SRGB of an OKLCH color, its chroma lowered until the screen can show it."""
    for reduced in np.linspace(chroma, 0, 40):
        linear = oklab_to_linear_rgb(
            lightness, reduced * np.cos(2 * np.pi * hue), reduced * np.sin(2 * np.pi * hue)
        )
        if min(linear) >= 0 and max(linear) <= 1:
            break
    return QColor.fromRgbF(*(float(channel) for channel in linear_to_srgb(linear)))
