"""The real images nearest to a patch, as networks see both."""

from collections.abc import Sequence

import torch
from torch import Tensor

from podd_engine.data.dataset import Progress, Report, silent

BATCH = 4096
"""Images compared at once, so that a large set is never in memory twice."""


def nearest_images(
    patch: Tensor, images: Tensor, labels: Tensor, classes: Sequence[int], count: int, report: Report = silent
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
    among = torch.isin(labels, torch.tensor(list(classes), device=labels.device)).nonzero()[:, 0]
    distances = []
    for start in range(0, len(among), BATCH):
        report(Progress("comparing images", start, len(among)))
        differences = images[among[start : start + BATCH]] - patch
        distances.append(differences.flatten(1).norm(dim=1))
    if not distances:
        return among, patch.new_zeros(0)
    found, order = torch.cat(distances).sort(stable=True)
    return among[order[:count]], found[:count]
