"""How far one poster lies from another."""

import numpy as np
from numpy.typing import NDArray

from podd_app.models.run_messages import RenderedPoster

_FAINTEST_LEVELS = 8
"""A map is never stretched beyond this many of a poster's 255 levels: less nobody sees."""


def have_same_shape(poster: RenderedPoster, other: RenderedPoster) -> bool:
    """Whether two posters have the same width, height and channels, so that pixels face each other."""
    return poster.values.shape == other.values.shape


def difference(poster: RenderedPoster, other: RenderedPoster) -> NDArray[np.uint8]:
    """How far each pixel lies from that of ``other``: black not at all, white the farthest.

    Args:
        poster: one.
        other: another that is `have_same_shape`.

    Returns:
        uint8 [height, width]; the distance is that of the values as trained, summed over channels.
    """
    moved: NDArray[np.float32] = np.abs(poster.values - other.values).sum(axis=0)
    level = max(_level(poster), _level(other))
    farthest = max(float(moved.max()), _FAINTEST_LEVELS * level) or 1.0
    return (moved * np.float32(255 / farthest)).round().astype(np.uint8)


def _level(poster: RenderedPoster) -> float:
    low, high = poster.span
    return (high - low) / 255
