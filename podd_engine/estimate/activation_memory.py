"""What an image weighs in memory while a network looks at it, found with a few."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from podd_engine.distillation.distiller import Distiller
from podd_engine.distillation.memory_budget import saved_tensor_bytes

SAMPLE_IMAGES = 2
"""Images of the first look; the second takes twice as many, and the difference is what an image weighs."""


@dataclass(frozen=True)
class ActivationBytes:
    """Bytes that a graph holds of each image.

    Args:
        real_image: when the loss on real images is differentiated.
        patch: when an inner step on patches is differentiated, twice.
    """

    real_image: int
    patch: int


def measure_activation_bytes(distiller: Distiller) -> ActivationBytes:
    """The weights for a run's network and image size; takes hardly any memory itself."""
    parameters = distiller.fresh_network("network", 0)
    classes = distiller.layout.classes

    def real(images: Tensor) -> object:
        leaf = parameters.detach().requires_grad_(True)
        labels = torch.zeros(len(images), dtype=torch.int64, device=images.device)
        return functional.cross_entropy(distiller.step_functions.logits(leaf, images), labels)

    def patches(images: Tensor) -> object:
        labels = images.new_full((len(images), classes), 1 / classes)
        return distiller.step_functions.record(parameters, images, labels)

    def weight(record: Callable[[Tensor], object]) -> int:
        few, more = (distiller.train.images[:count] for count in (SAMPLE_IMAGES, 2 * SAMPLE_IMAGES))
        return (
            max(0, saved_tensor_bytes(lambda: record(more)) - saved_tensor_bytes(lambda: record(few)))
            // SAMPLE_IMAGES
        )

    return ActivationBytes(weight(real), weight(patches))
