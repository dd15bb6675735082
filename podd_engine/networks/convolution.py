"""Convolutions whose derivatives of any order are convolutions again, each of the cheap kinds."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd import Function
from torch.nn import functional

from podd_engine.networks import winograd
from podd_engine.networks.tracing_mode import is_tracing

ConvolutionGeometry = tuple[tuple[int, ...], tuple[int, ...]]
"""Stride and padding, each for rows and columns."""


class _Convolve(Function):
    """y = x * w: [batch, out, rows, columns] of images and weight [out, in, taps, taps].

    With `_ImageGradient` and `_WeightGradient` it is closed under differentiation. torch's own second derivative
    has one of its parts made by a convolution with the whole image for a filter, which takes three
    times as long.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(images: Tensor, weight: Tensor, geometry: ConvolutionGeometry) -> Tensor:
        stride, padding = geometry
        if is_tracing() and winograd.is_supported(images, weight, stride, padding):
            return winograd.convolve(images, weight)
        return torch.ops.aten.convolution(images, weight, None, stride, padding, (1, 1), False, (0, 0), 1)  # type: ignore[no-any-return]

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, Tensor, ConvolutionGeometry], output: Tensor) -> None:
        images, weight, ctx.geometry = inputs
        ctx.save_for_backward(images, weight)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor | None, None]:
        images, weight = ctx.saved_tensors
        wanted = ctx.needs_input_grad
        return (
            _ImageGradient.apply(gradient, weight, images.detach(), ctx.geometry) if wanted[0] else None,
            _WeightGradient.apply(gradient, images, weight.detach(), ctx.geometry) if wanted[1] else None,
            None,
        )


class _ImageGradient(Function):
    """x̄ from ȳ and w; ``like`` has the shape of x."""

    generate_vmap_rule = True

    @staticmethod
    def forward(gradient: Tensor, weight: Tensor, like: Tensor, geometry: ConvolutionGeometry) -> Tensor:
        return _derivative(gradient, like, weight, geometry, image_gradient=True)

    @staticmethod
    def setup_context(
        ctx: Any, inputs: tuple[Tensor, Tensor, Tensor, ConvolutionGeometry], output: Tensor
    ) -> None:
        gradient, weight, _, ctx.geometry = inputs
        ctx.save_for_backward(gradient, weight)

    @staticmethod
    def backward(ctx: Any, images: Tensor) -> tuple[Tensor | None, Tensor | None, None, None]:
        gradient, weight = ctx.saved_tensors
        wanted = ctx.needs_input_grad
        return (
            _Convolve.apply(images, weight, ctx.geometry) if wanted[0] else None,
            _WeightGradient.apply(gradient, images, weight.detach(), ctx.geometry) if wanted[1] else None,
            None,
            None,
        )


class _WeightGradient(Function):
    """w̄ from ȳ and x; ``like`` has the shape of w."""

    generate_vmap_rule = True

    @staticmethod
    def forward(gradient: Tensor, images: Tensor, like: Tensor, geometry: ConvolutionGeometry) -> Tensor:
        return _derivative(gradient, images, like, geometry, image_gradient=False)

    @staticmethod
    def setup_context(
        ctx: Any, inputs: tuple[Tensor, Tensor, Tensor, ConvolutionGeometry], output: Tensor
    ) -> None:
        gradient, images, _, ctx.geometry = inputs
        ctx.save_for_backward(gradient, images)

    @staticmethod
    def backward(ctx: Any, weight: Tensor) -> tuple[Tensor | None, Tensor | None, None, None]:
        gradient, images = ctx.saved_tensors
        wanted = ctx.needs_input_grad
        return (
            _Convolve.apply(images, weight, ctx.geometry) if wanted[0] else None,
            _ImageGradient.apply(gradient, weight, images.detach(), ctx.geometry) if wanted[1] else None,
            None,
            None,
        )


def _derivative(
    gradient: Tensor, images: Tensor, weight: Tensor, geometry: ConvolutionGeometry, *, image_gradient: bool
) -> Tensor:
    stride, padding = geometry
    if is_tracing() and winograd.is_supported(images, weight, stride, padding):
        if image_gradient:
            return winograd.image_gradient(gradient, weight)
        return winograd.weight_gradient(gradient, images)
    results = torch.ops.aten.convolution_backward(
        gradient,
        images,
        weight,
        None,
        stride,
        padding,
        (1, 1),
        False,
        (0, 0),
        1,
        (image_gradient, not image_gradient, False),
    )
    return results[0 if image_gradient else 1]  # type: ignore[no-any-return]


class Convolution(nn.Conv2d):
    """A convolution that is cheap to differentiate twice; of one group, not dilated, padded by zeros."""

    def forward(self, images: Tensor) -> Tensor:
        """[batch, channels out, rows, columns] of [batch, channels in, rows, columns]."""
        images, weight = _cast_for_autocast(images, self.weight)
        features: Tensor = _Convolve.apply(images, weight, (self.stride, self.padding))
        return features if self.bias is None else features + self.bias[:, None, None]


def _cast_for_autocast(images: Tensor, weight: Tensor) -> tuple[Tensor, Tensor]:
    """Both as autocasting has them, which ends where a function's own derivative begins."""
    if not torch.is_autocast_enabled(images.device.type):
        return images, weight
    dtype = torch.get_autocast_dtype(images.device.type)
    return images.to(dtype), weight.to(dtype)


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
        column_gradient = weight.t() @ gradient.t() if ctx.needs_input_grad[0] else None
        weight_gradient = (columns @ gradient).t() if ctx.needs_input_grad[1] else None
        return column_gradient, weight_gradient


class ImageConvolution(Convolution):
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
        if not is_tracing():
            return super().forward(images)
        batch, channels, height, width = images.shape
        padded = functional.pad(images, (1, 1, 1, 1)).transpose(0, 1)
        shifted = [padded[:, :, y : y + height, x : x + width] for y in range(3) for x in range(3)]
        columns = torch.stack(shifted, dim=1).view(channels * 9, batch * height * width)
        columns, weight = _cast_for_autocast(columns, self.weight.view(-1, channels * 9))
        features = _Filter.apply(columns, weight)
        if self.bias is not None:
            features = features + self.bias
        return features.view(batch, height, width, -1).permute(0, 3, 1, 2)  # type: ignore[no-any-return]
