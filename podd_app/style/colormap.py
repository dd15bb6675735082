"""Perceptually uniform colormap from dark blue through gray to yellow.

The lightness increases linearly with the value, and the hue changes from blue to yellow. The scale
is therefore readable in grayscale and with every kind of color vision.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from podd_app.style.oklab import linear_to_srgb, oklab_to_linear_rgb

_LOWEST = np.array([0.30, 0.00, -0.10])
_HIGHEST = np.array([0.92, -0.02, 0.15])
_STEPS = 256


@cache
def colormap_table() -> NDArray[np.uint8]:
    """Return the sRGB colors from the lowest to the highest value, uint8 [256, 3]."""
    shares = np.linspace(0, 1, _STEPS)[:, None]
    lightness, a, b = (_LOWEST + shares * (_HIGHEST - _LOWEST)).T
    colors = linear_to_srgb(np.stack(oklab_to_linear_rgb(lightness, a, b), axis=-1))
    return np.round(colors * 255).astype(np.uint8)


def apply_colormap(amounts: NDArray[np.floating], low: float, high: float) -> NDArray[np.uint8]:
    """Map values to colors.

    Args:
        amounts: Values [height, width].
        low: The value of the lowest color.
        high: The value of the highest color. If equal to ``low``, all values get the middle color.

    Returns:
        SRGB colors, uint8 [height, width, 3].
    """
    shares = (amounts - low) / (high - low) if high > low else np.full_like(amounts, 0.5, dtype=np.float64)
    return colormap_table()[np.round(np.clip(shares, 0, 1) * (_STEPS - 1)).astype(np.int64)]
