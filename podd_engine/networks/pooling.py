"""Pooling whose gradient, and gradient of gradient, are cheap."""

from typing import Any

from torch import Tensor, nn
from torch.autograd import Function


class _AveragePool2x2(Function):
    """Means of 2x2 squares."""

    generate_vmap_rule = True

    @staticmethod
    def forward(images: Tensor) -> Tensor:
        rows = images[..., ::2, :] + images[..., 1::2, :]
        return (rows[..., ::2] + rows[..., 1::2]) * 0.25

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        pass

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        return _AveragePool2x2Transpose.apply(gradient)  # type: ignore[no-any-return]


class _AveragePool2x2Transpose(Function):
    """The transpose of `_AveragePool2x2`: a quarter of each value to each pixel of its square."""

    generate_vmap_rule = True

    @staticmethod
    def forward(halved: Tensor) -> Tensor:
        *others, height, width = halved.shape
        squares = (halved * 0.25)[..., :, None, :, None].expand(*others, height, 2, width, 2)
        return squares.reshape(*others, 2 * height, 2 * width)

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        pass

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        return _AveragePool2x2.apply(gradient)  # type: ignore[no-any-return]


class AveragePool2x2(nn.Module):
    """2x2 average pooling; an odd last row or column is left out, as `torch.nn.AvgPool2d` does.

    torch's own costs as much as a convolution on a CPU, and the derivative of slices that it would
    otherwise come to as much again.
    """

    def forward(self, images: Tensor) -> Tensor:
        """[batch, channels, height // 2, width // 2] of [batch, channels, height, width]."""
        height, width = images.shape[-2] // 2 * 2, images.shape[-1] // 2 * 2
        return _AveragePool2x2.apply(images[..., :height, :width])  # type: ignore[no-any-return]
