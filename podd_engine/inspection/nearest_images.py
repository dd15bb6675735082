"""The real images nearest to a patch, as networks see both."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from podd_engine.progress import Progress, ProgressCallback, ignore_progress

BATCH = 4096
"""Images compared at once, so that a large set is never in memory twice."""


def nearest_images(
    patch: NDArray[np.float32] | Tensor,
    images: Tensor,
    labels: Tensor,
    classes: Sequence[int],
    count: int,
    report: ProgressCallback = ignore_progress,
) -> tuple[Tensor, Tensor]:
    """The images of some classes nearest to ``patch``: d(x) = |x - patch|, over all values.

    Args:
        patch: [channels, height, width], preprocessed as the images are.
        images: [images, channels, height, width].
        labels: int64 [images].
        classes: those that count.
        count: how many, at most.
        report: receives progress; raising `CancelledError` from it ends the search.

    Returns:
        Their indices, int64, and their distances, both nearest first; of equals the earlier image.
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
    found, order = torch.cat(distances).sort(stable=True)
    return candidates[order[:count]], found[:count]
