"""Normalization layers that behave the same inside a differentiated training."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from podd_engine.networks.tracing_mode import is_tracing

EPSILON = 1e-5


class InstanceNorm(nn.Module):
    """Instance normalization: each channel of each image to mean 0, variance 1; affine.

    Of torch's kernels, group normalization with a group a channel takes least time, its gradient
    and gradient of gradient included.

    Args:
        channels: number of channels.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channels = channels
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, images: Tensor) -> Tensor:
        """Normalized images, [batch, channels, height, width]; a single pixel becomes the bias."""
        if not is_tracing():
            return functional.group_norm(images, self.channels, self.weight, self.bias, EPSILON)
        centered = images - images.mean(dim=(2, 3), keepdim=True)
        variance = (centered * centered).mean(dim=(2, 3), keepdim=True)
        scale = torch.rsqrt(variance + EPSILON) * self.weight[:, None, None]
        return centered * scale + self.bias[:, None, None]


class BatchNorm(nn.BatchNorm2d):
    """Batch normalization by the batch's own statistics while training.

    Running statistics are not updated step by step, which would make a training step impure; they
    are measured in one pass over the training images afterwards ("precise" batch norm, Wu & Johnson
    2021), by `FunctionalNetwork.measure_statistics`.
    """

    measuring_statistics = False

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002
        """Normalized images, [batch, channels, height, width]."""
        if self.training and not self.measuring_statistics:
            return functional.batch_norm(
                input, None, None, self.weight, self.bias, training=True, eps=self.eps
            )
        return super().forward(input)
