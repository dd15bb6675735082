"""How far one poster lies from another."""

import numpy as np
from numpy.typing import NDArray

from podd_app.live import LivePoster

_FAINTEST_LEVELS = 8
"""A map is never stretched beyond this many of a poster's 255 levels: less is how finely it is told."""


def comparable(poster: LivePoster, other: LivePoster) -> bool:
    """Whether two posters have the same width, height and channels, so that pixels face each other."""
    return poster.trained.shape == other.trained.shape


def difference(poster: LivePoster, other: LivePoster) -> NDArray[np.uint8]:
    """How far each pixel lies from that of ``other``: black not at all, white the farthest.

    Args:
        poster: one.
        other: another that is `comparable`.

    Returns:
        uint8 [height, width]; the distance is that of the values as trained, summed over channels.
    """
    apart = values(poster)
    apart -= values(other)
    np.abs(apart, out=apart)
    moved = apart[..., 0].copy()
    for channel in range(1, apart.shape[2]):
        moved += apart[..., channel]
    level = max(_level(poster), _level(other))
    farthest = max(float(moved.max()), _FAINTEST_LEVELS * level) or 1.0
    return (moved * np.float32(255 / farthest)).round().astype(np.uint8)


def values(poster: LivePoster) -> NDArray[np.float32]:
    """A poster as trained, float32 [height, width, channels], to within half of its 255 levels."""
    told = poster.trained.astype(np.float32)
    told *= np.float32(_level(poster))
    told += np.float32(poster.span[0])
    return told


def _level(poster: LivePoster) -> float:
    low, high = poster.span
    return (high - low) / 255
