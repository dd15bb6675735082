"""Class colors, which depend only on the index of the class.

A class keeps its color wherever it is on the poster, in each view and in each run. The colors are chosen
one after the other. Each new color is the candidate that differs most from all previous colors, for
regular vision and for red-green color vision deficiency. The first colors therefore differ most, and
further classes never change the colors of the previous classes.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from podd_app.style.oklab import linear_rgb_to_oklab, linear_to_srgb, oklab_to_linear_rgb

LIGHTNESSES = (0.56, 0.61, 0.66, 0.71, 0.76, 0.81)
"""OKLCH lightnesses of the colors: visible on the light and on the dark theme."""
CHROMAS = (0.07, 0.105, 0.14)
"""OKLCH chromas of the colors."""
_HUES = 90
_FIRST_HUE = 0.70
"""Hue of class 0, as a fraction of a turn: blue."""
_VISIONS = (
    (1.0, np.eye(3)),
    (
        2.0,
        np.array(
            [
                [0.152286, 1.052583, -0.204868],
                [0.114503, 0.786281, 0.099216],
                [-0.003882, -0.048116, 1.051998],
            ]
        ),
    ),
    (
        2.0,
        np.array(
            [
                [0.367322, 0.860646, -0.227968],
                [0.280085, 0.672501, 0.047413],
                [-0.011820, 0.042940, 0.968881],
            ]
        ),
    ),
)
"""Weight of the differences and matrix on linear RGB for regular vision, protanopia and deuteranopia
(Machado, Oliveira and Fernandes 2009, severity 1)."""


def class_colors(count: int) -> tuple[QColor, ...]:
    """Return the colors of the first ``count`` classes, by class index."""
    order, candidates = _order(_power_of_two_at_least(count)), _candidates()[1]
    return tuple(
        QColor.fromRgbF(*(float(channel) for channel in candidates[index])) for index in order[:count]
    )


def _power_of_two_at_least(count: int) -> int:
    return 1 << max(0, count - 1).bit_length()


@cache
def _candidates() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return all colors that can be chosen.

    Returns:
        Weighted OKLab coordinates for each vision, float64 [visions, candidates, 3], and sRGB channels of
        0-1, float64 [candidates, 3]. The first candidate is the color of class 0.
    """
    hues = 2 * np.pi * (_FIRST_HUE + np.arange(_HUES) / _HUES)
    chroma, lightness, hue = (
        axis.ravel() for axis in np.meshgrid(CHROMAS[::-1], LIGHTNESSES, hues, indexing="ij")
    )
    linear = np.stack(oklab_to_linear_rgb(lightness, chroma * np.cos(hue), chroma * np.sin(hue)), axis=1)
    linear = linear[((linear >= 0) & (linear <= 1)).all(axis=1)]
    seen = [weight * linear_rgb_to_oklab(linear @ matrix.T) for weight, matrix in _VISIONS]
    return np.stack(seen), linear_to_srgb(linear)


@cache
def _order(count: int) -> tuple[int, ...]:
    """Return the candidates of the first ``count`` classes, by class index.

    There are about 1,000 candidates. Further classes repeat the colors.
    """
    seen = _candidates()[0]
    order = [0]
    nearest = np.full(seen.shape[1], np.inf)
    for _ in range(min(count, seen.shape[1]) - 1):
        distance = np.linalg.norm(seen - seen[:, order[-1], None], axis=2).min(axis=0)
        nearest = np.minimum(nearest, distance)
        order.append(int(nearest.argmax()))
    repeats = -(-count // len(order))
    return tuple((order * repeats)[:count])
