"""Distances from how classes look: for folders whose names mean nothing."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from podd_engine.class_order.distances import Distances, DistancesUnavailableError, distances_from_embeddings


def class_mean_distances(images: NDArray[Any], labels: NDArray[Any], class_names: Sequence[str]) -> Distances:
    """``1 - cosine`` of how each class's mean image departs from the mean of all of them.

    In whitened space no direction dominates, and without what all classes share the pairs that
    look alike stand out (CIFAR-10: airplane and ship, automobile and truck, cat and dog).

    Args:
        images: whitened training images, float [images, channels, height, width].
        labels: class indices, int [images].
        class_names: names by class index.

    Raises:
        DistancesUnavailableError: a class has no images.
    """
    means = []
    for index, name in enumerate(class_names):
        members = images[labels == index]
        if not len(members):
            raise DistancesUnavailableError(f"class {name!r} has no training images to compare")
        means.append(members.mean(axis=0, dtype=np.float64).ravel())
    departures = np.stack(means)
    return distances_from_embeddings(departures - departures.mean(axis=0))
