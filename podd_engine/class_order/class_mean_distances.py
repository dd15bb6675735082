"""Distances between class-mean images, for datasets whose class names carry no meaning."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from podd_engine.class_order.distances import Distances, DistancesUnavailableError, distances_from_embeddings


def class_mean_distances(images: NDArray[Any], labels: NDArray[Any], class_names: Sequence[str]) -> Distances:
    """Compute cosine distances between the centered class-mean images.

    The distance is ``1 - cosine`` of the class means after subtracting the mean over all classes. In
    whitened space, no single direction dominates. The subtraction removes what all classes share, so
    that similar pairs stand out (CIFAR-10: airplane and ship, automobile and truck, cat and dog).

    Args:
        images: whitened training images, float [images, channels, height, width].
        labels: class indices, int [images].
        class_names: names by class index.

    Returns:
        Distances between the classes.

    Raises:
        DistancesUnavailableError: a class has no images.
    """
    means = []
    for index, name in enumerate(class_names):
        members = images[labels == index]
        if not len(members):
            raise DistancesUnavailableError(f"class {name!r} has no training images")
        means.append(members.mean(axis=0, dtype=np.float64).ravel())
    stacked = np.stack(means)
    return distances_from_embeddings(stacked - stacked.mean(axis=0))
