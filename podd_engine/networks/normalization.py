"""Normalization layers that are pure functions during training."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from podd_engine.networks.tracing_mode import is_tracing

EPSILON = 1e-5


class InstanceNorm(nn.Module):
    """Affine instance normalization: mean 0 and variance 1 for each channel of each image.

    The layer uses group normalization with one channel per group. Including first and second derivatives,
    this is the fastest of the kernels of torch.

    Args:
        channels: number of channels.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channels = channels
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, images: Tensor) -> Tensor:
        """Normalize images [batch, channels, height, width]; for 1x1 px the result is the bias."""
        if not is_tracing():
            return functional.group_norm(images, self.channels, self.weight, self.bias, EPSILON)
        centered = images - images.mean(dim=(2, 3), keepdim=True)
        variance = (centered * centered).mean(dim=(2, 3), keepdim=True)
        scale = torch.rsqrt(variance + EPSILON) * self.weight[:, None, None]
        return centered * scale + self.bias[:, None, None]


class BatchNorm(nn.BatchNorm2d):
    """Batch normalization whose training steps are pure.

    Training uses the statistics of the batch and does not update running statistics.
    `measure_statistics` computes them after training, in one pass over the training images ("precise"
    batch norm, Wu & Johnson 2021).

    Attributes:
        measuring_statistics: whether a forward pass in training mode updates the running statistics.
    """

    measuring_statistics = False

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002
        """Normalize images [batch, channels, height, width]."""
        if self.training and not self.measuring_statistics:
            return functional.batch_norm(
                input, None, None, self.weight, self.bias, training=True, eps=self.eps
            )
        return super().forward(input)


def measure_statistics(module: nn.Module, images: torch.Tensor) -> None:
    """Set the running statistics of all batch norms of a network to those of ``images``.

    Args:
        module: network in any mode. It is in training mode afterwards.
        images: [images, channels, height, width], training images of the network.
    """
    module.train()
    norms = [part for part in module.modules() if isinstance(part, BatchNorm)]
    if not norms:
        return
    for norm in norms:
        norm.measuring_statistics, norm.momentum = True, None
        norm.reset_running_stats()
    with torch.no_grad():
        module(images)
    for norm in norms:
        norm.measuring_statistics = False
