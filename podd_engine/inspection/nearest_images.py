"""Nearest real images of a patch in preprocessed space."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from podd_engine.progress import Progress, ProgressCallback, ignore_progress

BATCH = 4096
"""Number of images per comparison. Small batches avoid a second copy of a large dataset in memory."""


def nearest_images(
    patch: NDArray[np.float32] | Tensor,
    images: Tensor,
    labels: Tensor,
    classes: Sequence[int],
    count: int,
    report: ProgressCallback = ignore_progress,
) -> tuple[Tensor, Tensor]:
    """Find the images of some classes with the smallest Euclidean distance |x - patch| over all values.

    Args:
        patch: preprocessed patch, float [channels, height, width].
        images: preprocessed images, float [images, channels, height, width].
        labels: class of each image, int64 [images].
        classes: classes to search.
        count: maximum number of results.
        report: receives the progress. Raising `CancelledError` from it stops the search.

    Returns:
        Indices (int64) and distances of the nearest images in ascending order of distance. Ties are sorted
        by index.
    """
    query = torch.as_tensor(patch)
    candidates = torch.isin(labels, torch.tensor(list(classes), device=labels.device)).nonzero()[:, 0]
    distances = []
    for start in range(0, len(candidates), BATCH):
        report(Progress("comparing images", start, len(candidates)))
        differences = images[candidates[start : start + BATCH]] - query
        distances.append(differences.flatten(1).norm(dim=1))
    if not distances:
        return candidates, query.new_zeros(0)
    ascending, order = torch.cat(distances).sort(stable=True)
    return candidates[order[:count]], ascending[:count]
