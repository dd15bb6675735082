"""Conversion between the perceptually uniform color space OKLab and sRGB (Ottosson 2020)."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def oklab_to_linear_rgb(lightness: Any, a: Any, b: Any) -> tuple[Any, Any, Any]:
    """Convert OKLab to linear RGB. All arguments are numbers, or arrays of one shape.

    Args:
        lightness: Lightness, 0-1.
        a: Green-red axis.
        b: Blue-yellow axis.

    Returns:
        Red, green and blue. Values outside 0-1 are outside the sRGB gamut.
    """
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def linear_rgb_to_oklab(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    """Convert linear RGB to OKLab. Negative values are clipped to 0.

    Args:
        linear: float64 [..., 3].

    Returns:
        float64 [..., 3] with lightness, green-red axis and blue-yellow axis.
    """
    cones = np.clip(linear, 0, None) @ np.array(
        [
            [0.4122214708, 0.2119034982, 0.0883024619],
            [0.5363325363, 0.6806995451, 0.2817188376],
            [0.0514459929, 0.1073969566, 0.6299787005],
        ]
    )
    to_lab = np.array(
        [
            [0.2104542553, 1.9779984951, 0.0259040371],
            [0.7936177850, -2.4285922050, 0.7827717662],
            [-0.0040720468, 0.4505937099, -0.8086757660],
        ]
    )
    lab: NDArray[np.float64] = np.cbrt(cones) @ to_lab
    return lab


def linear_to_srgb(linear: ArrayLike) -> NDArray[np.float64]:
    """Apply the sRGB transfer function to linear values, after clipping them to 0-1."""
    light = np.clip(linear, 0, 1)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
