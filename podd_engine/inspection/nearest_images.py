"""The real images nearest to a patch, as networks see both."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from podd_engine.progress import Progress, Report, silent

BATCH = 4096
"""Images compared at once, so that a large set is never in memory twice."""


def nearest_images(
    patch: NDArray[np.float32] | Tensor,
    images: Tensor,
    labels: Tensor,
    classes: Sequence[int],
    count: int,
    report: Report = silent,
) -> tuple[Tensor, Tensor]:
    """The images of some classes nearest to ``patch``: d(x) = |x - patch|, over all values.

    Args:
        patch: [channels, height, width], preprocessed as the images are.
        images: [images, channels, height, width].
        labels: int64 [images].
        classes: those that count.
        count: how many, at most.
        report: receives progress; raising `Cancelled` from it ends the search.

    Returns:
        Their indices, int64, and their distances, both nearest first; of equals the earlier image.
    """
    here = torch.as_tensor(patch)
    among = torch.isin(labels, torch.tensor(list(classes), device=labels.device)).nonzero()[:, 0]
    distances = []
    for start in range(0, len(among), BATCH):
        report(Progress("comparing images", start, len(among)))
        differences = images[among[start : start + BATCH]] - here
        distances.append(differences.flatten(1).norm(dim=1))
    if not distances:
        return among, here.new_zeros(0)
    found, order = torch.cat(distances).sort(stable=True)
    return among[order[:count]], found[:count]
