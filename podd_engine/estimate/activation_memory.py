"""Activation memory per image, measured with a few images."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from podd_engine.distillation.distiller import Distiller
from podd_engine.distillation.memory_budget import saved_tensor_bytes

SAMPLE_IMAGES = 2
"""Images in the first measurement. The second uses twice as many, and the difference gives the slope."""


@dataclass(frozen=True)
class ActivationBytes:
    """Bytes that the autograd graph stores per image.

    Args:
        real_image: bytes per real image for the gradient of the real loss.
        patch: bytes per patch for the second-order gradient of an inner step.
    """

    real_image: int
    patch: int


def measure_activation_bytes(distiller: Distiller) -> ActivationBytes:
    """Measure the activation memory for the network and the image size of a run.

    The measurement itself needs almost no memory.
    """
    parameters = distiller.fresh_network("network", 0)
    classes = distiller.layout.classes

    def real_loss(images: Tensor) -> object:
        leaf = parameters.detach().requires_grad_(True)
        labels = torch.zeros(len(images), dtype=torch.int64, device=images.device)
        return functional.cross_entropy(distiller.step_functions.logits(leaf, images), labels)

    def inner_step(images: Tensor) -> object:
        labels = images.new_full((len(images), classes), 1 / classes)
        return distiller.step_functions.record(parameters, images, labels)

    def bytes_per_image(record: Callable[[Tensor], object]) -> int:
        few, more = (distiller.train.images[:count] for count in (SAMPLE_IMAGES, 2 * SAMPLE_IMAGES))
        return (
            max(0, saved_tensor_bytes(lambda: record(more)) - saved_tensor_bytes(lambda: record(few)))
            // SAMPLE_IMAGES
        )

    return ActivationBytes(bytes_per_image(real_loss), bytes_per_image(inner_step))
