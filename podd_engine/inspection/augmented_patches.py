"""Augmented versions of a patch, drawn like those that inner steps train on."""

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
    """Augmented versions of one patch.

    Args:
        kinds: augmentation applied to each version, None for an unchanged version.
        images: float [versions, channels, height, width].
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
    """Draw augmented versions of ``patch`` in the same way as inner steps.

    The random stream is separate from the streams of the run.

    Args:
        patch: float [channels, height, width].
        kinds: augmentations of the run.
        count: number of versions.
        seed: seed of the run.
        address: numbers that select the draw. Different numbers give different versions.
    """
    images = torch.as_tensor(patch)[None]
    draws = augmentation.draw(kinds, count, 1, random_streams.generator(seed, "inspected-versions", *address))
    return AugmentedVersions(
        tuple(draw.kind for draw in draws), torch.cat([augmentation.apply(images, draw) for draw in draws])
    )
