"""A held-out share with the same mix of classes, the same on every machine."""

import numpy as np
from numpy.typing import NDArray

from podd_engine.data.dataset import Labels

SPLIT_SEED = 0
"""The split belongs to the dataset, not to a run: every run tests on the same images."""


def held_out_mask(labels: Labels, share: float) -> NDArray[np.bool_]:
    """Which images are kept for testing, bool [images].

    ``round(share * images)`` in all, apportioned to the classes by largest remainder; a class of
    two or more images gives at least one and keeps at least one.

    Args:
        labels: class index of each image.
        share: between 0 and 1.
    """
    counts = np.bincount(labels)
    exact = counts * share
    taken = np.floor(exact).astype(np.int64)
    missing = round(len(labels) * share) - int(taken.sum())
    taken[np.argsort(taken - exact, kind="stable")[:missing]] += 1
    most = np.maximum(counts - 1, 0)
    taken = np.clip(taken, np.minimum(1, most), most)
    mask = np.zeros(len(labels), dtype=np.bool_)
    for index, count in enumerate(taken):
        generator = np.random.default_rng((SPLIT_SEED, index))
        mask[generator.permutation(np.flatnonzero(labels == index))[:count]] = True
    return mask
