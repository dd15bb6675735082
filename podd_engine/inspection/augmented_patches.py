"""What networks are shown in place of a patch: its augmented versions."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from podd_engine.distillation import augmentation
from podd_engine.distillation.augmentation import AugmentationKind
from podd_engine.runtime import random_streams


class AugmentedVersions(NamedTuple):
    """A patch as inner steps may train on it.

    Args:
        kinds: what happened to each; None: nothing.
        images: [versions, channels, height, width].
    """

    kinds: tuple[AugmentationKind | None, ...]
    images: Tensor


def augmented_versions(
    patch: NDArray[np.float32] | Tensor,
    kinds: Sequence[AugmentationKind],
    count: int,
    seed: int,
    *address: int,
) -> AugmentedVersions:
    """Versions of ``patch``, each drawn as inner steps draw theirs, apart from the run's draws.

    Args:
        patch: [channels, height, width].
        kinds: the run's own.
        count: how many.
        seed: the run's.
        address: others for another.
    """
    images = torch.as_tensor(patch)[None]
    drawn = augmentation.draw(kinds, count, 1, random_streams.generator(seed, "inspected-versions", *address))
    return AugmentedVersions(
        tuple(one.kind for one in drawn), torch.cat([augmentation.apply(images, one) for one in drawn])
    )
