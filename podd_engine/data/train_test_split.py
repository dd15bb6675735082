"""Stratified train/test split that is the same on every machine."""

import numpy as np
from numpy.typing import NDArray

from podd_engine.data.dataset import Labels

SPLIT_SEED = 0
"""Seed of the split. It is fixed because all runs on a dataset must use the same test images."""


def held_out_mask(labels: Labels, share: float) -> NDArray[np.bool_]:
    """Select the images that are held out for testing.

    The total is ``round(share * images)``, apportioned to the classes by largest remainder. Every
    class with two or more images has at least one test image and at least one training image.

    Args:
        labels: int64 [images], class indices.
        share: fraction of the images to hold out, between 0 and 1.

    Returns:
        bool [images], True for test images.
    """
    counts = np.bincount(labels)
    exact = counts * share
    test_counts = np.floor(exact).astype(np.int64)
    missing = round(len(labels) * share) - int(test_counts.sum())
    test_counts[np.argsort(test_counts - exact, kind="stable")[:missing]] += 1
    most = np.maximum(counts - 1, 0)
    test_counts = np.clip(test_counts, np.minimum(1, most), most)
    mask = np.zeros(len(labels), dtype=np.bool_)
    for index, count in enumerate(test_counts):
        generator = np.random.default_rng((SPLIT_SEED, index))
        mask[generator.permutation(np.flatnonzero(labels == index))[:count]] = True
    return mask
