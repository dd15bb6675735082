"""Distances between classes, and what is said when a source has none."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from podd_engine.errors import PoddError

Distances = NDArray[np.float64]
"""Symmetric, at least 0, 0 on the diagonal; float64 [classes, classes], in the order of class indices."""


class DistancesError(PoddError):
    """What the person named as a source of distances cannot be used."""


class DistancesUnavailableError(DistancesError):
    """A source has nothing on these classes on this machine; another source may."""


def distances_from_embeddings(vectors: ArrayLike) -> Distances:
    """``1 - cosine`` of every pair of vectors: 0 the same direction, 1 unrelated, 2 opposite.

    Args:
        vectors: [classes, dimensions]; a vector of zeros has no direction and is unrelated to all.

    Source: PoDD (arXiv 2403.12040), section 3.2.
    """
    rows = np.asarray(vectors, dtype=np.float64)
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    directions = np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0)
    cosines = directions @ directions.T
    distances: Distances = np.clip(1 - (cosines + cosines.T) / 2, 0, 2)
    np.fill_diagonal(distances, 0)
    return distances
