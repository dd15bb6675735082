"""Distances between classes, and the errors of distance sources."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from podd_engine.errors import PoddError

Distances = NDArray[np.float64]
"""float64 [classes, classes], by class index: symmetric, nonnegative, 0 on the diagonal."""


class DistancesError(PoddError):
    """The configured source of distances cannot be used."""


class DistancesUnavailableError(DistancesError):
    """A source has no distances for these classes on this machine. Another source may have them."""


def distances_from_embeddings(vectors: ArrayLike) -> Distances:
    """Compute the cosine distance ``1 - cosine`` of every pair of vectors.

    The distance is 0 for equal directions, 1 for orthogonal vectors and 2 for opposite directions.

    Args:
        vectors: [classes, dimensions]. A zero vector has distance 1 to all other vectors.

    Returns:
        float64 [classes, classes].

    Source: PoDD (arXiv 2403.12040), section 3.2.
    """
    rows = np.asarray(vectors, dtype=np.float64)
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    directions = np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0)
    cosines = directions @ directions.T
    distances: Distances = np.clip(1 - (cosines + cosines.T) / 2, 0, 2)
    np.fill_diagonal(distances, 0)
    return distances


def error_summary(error: Exception) -> str:
    """Return the message of ``error`` on one line, or the name of its type if the message is empty."""
    return " ".join(str(error).split()) or type(error).__name__
