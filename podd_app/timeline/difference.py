"""Difference of two posters."""

import numpy as np
from numpy.typing import NDArray

from podd_app.models.run_messages import RenderedPoster

_MIN_RANGE_LEVELS = 8
"""Minimum range of the map, in units of 1/255 of the value range of a poster.

Without a minimum, the map would amplify invisible differences.
"""


def have_same_shape(poster: RenderedPoster, other: RenderedPoster) -> bool:
    """Return whether two posters have the same width, height and number of channels."""
    return poster.values.shape == other.values.shape


def difference(poster: RenderedPoster, other: RenderedPoster) -> NDArray[np.uint8]:
    """Return a gray map of the absolute difference of two posters.

    Args:
        poster: the first poster.
        other: the second poster, with the same shape (see `have_same_shape`).

    Returns:
        uint8 [height, width], sum of the absolute differences of the preprocessed values over the
        channels. Black is no difference, and white is the largest difference.
    """
    distance: NDArray[np.float32] = np.abs(poster.values - other.values).sum(axis=0)
    level = max(_level(poster), _level(other))
    white = max(float(distance.max()), _MIN_RANGE_LEVELS * level) or 1.0
    return (distance * np.float32(255 / white)).round().astype(np.uint8)


def _level(poster: RenderedPoster) -> float:
    low, high = poster.span
    return (high - low) / 255
