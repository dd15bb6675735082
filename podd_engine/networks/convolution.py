"""The convolution that looks at images, which have few channels."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd import Function
from torch.nn import functional

from podd_engine.networks.written_out import is_written_out


class _Filter(Function):
    """Features [pixels, width] of columns [taps, pixels] and weights [width, taps].

    As ``columns.T @ weight.T``, with the orders of its derivatives chosen: a matrix product of few
    rows takes five times as long the other way round.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(columns: Tensor, weight: Tensor) -> Tensor:
        return columns.t() @ weight.t()

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, Tensor], output: Tensor) -> None:
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor | None]:
        columns, weight = ctx.saved_tensors
        of_columns = weight.t() @ gradient.t() if ctx.needs_input_grad[0] else None
        of_weight = (columns @ gradient).t() if ctx.needs_input_grad[1] else None
        return of_columns, of_weight


class ImageConvolution(nn.Conv2d):
    """A 3x3 convolution of few channels that keeps height and width.

    Written out it is a matrix product with nine shifted copies of the images: for one or three
    channels that, and its derivatives, take half the time of torch's convolution on a CPU. Channels
    of what comes out lie beside each other in memory.

    Args:
        channels: image channels.
        width: channels that come out.
        bias: whether a bias is added.
    """

    def __init__(self, channels: int, width: int, bias: bool) -> None:
        super().__init__(channels, width, 3, padding=1, bias=bias)

    def forward(self, images: Tensor) -> Tensor:
        """[batch, width, height, width px] of [batch, channels, height, width px]."""
        if not is_written_out():
            return super().forward(images)
        batch, channels, height, width = images.shape
        padded = functional.pad(images, (1, 1, 1, 1)).transpose(0, 1)
        shifted = [padded[:, :, y : y + height, x : x + width] for y in range(3) for x in range(3)]
        columns = torch.stack(shifted, dim=1).view(channels * 9, batch * height * width)
        weight = self.weight.view(-1, channels * 9)
        if torch.is_autocast_enabled(images.device.type):
            # Autocasting ends where a function's own derivative begins.
            dtype = torch.get_autocast_dtype(images.device.type)
            columns, weight = columns.to(dtype), weight.to(dtype)
        features = _Filter.apply(columns, weight)
        if self.bias is not None:
            features = features + self.bias
        return features.view(batch, height, width, -1).permute(0, 3, 1, 2)  # type: ignore[no-any-return]
