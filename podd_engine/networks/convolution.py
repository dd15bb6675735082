"""Convolutions with fast second derivatives.

The three functions `_Convolve`, `_ImageGradient` and `_WeightGradient` are closed under differentiation:
the derivative of each consists of the two others.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd import Function
from torch.nn import functional

from podd_engine.networks import winograd
from podd_engine.networks.tracing_mode import is_tracing

ConvolutionGeometry = tuple[tuple[int, ...], tuple[int, ...]]
"""Stride and padding, each as (rows, columns)."""


class _Convolve(Function):
    """Convolution y = x * w of images x [batch, in, rows, columns] and weight w [out, in, kernel, kernel].

    The second derivative of torch computes one of its terms as a convolution with the whole image as the
    filter. That takes three times as long.
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
    """VJP of the convolution for the images: x̄ = (∂y/∂x)ᵀ ȳ from ȳ and w. ``like`` has the shape of x.

    x̄ is bilinear in ȳ and w. For a cotangent u of x̄, the cotangents are ȳ: u * w, and w: the weight
    gradient of ȳ and u.
    """

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
    """VJP of the convolution for the weight: w̄ = (∂y/∂w)ᵀ ȳ from ȳ and x. ``like`` has the shape of w.

    w̄ is bilinear in ȳ and x. For a cotangent u of w̄, the cotangents are ȳ: x * u, and x: the image
    gradient of ȳ and u.
    """

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
    """Return one VJP of the convolution y = x * w.

    Args:
        gradient: ȳ, [batch, out, result rows, result columns].
        images: x, [batch, in, rows, columns]. Only its shape matters if ``image_gradient`` is true.
        weight: w, [out, in, kernel, kernel]. Only its shape matters if ``image_gradient`` is false.
        geometry: stride and padding.
        image_gradient: whether to return x̄ = (∂y/∂x)ᵀ ȳ. Otherwise the result is w̄ = (∂y/∂w)ᵀ ȳ.
    """
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
    """Convolution with fast second derivatives: one group, no dilation, zero padding."""

    def forward(self, images: Tensor) -> Tensor:
        """Convolve images [batch, in, rows, columns] to [batch, out, result rows, result columns]."""
        images, weight = _cast_for_autocast(images, self.weight)
        features: Tensor = _Convolve.apply(images, weight, (self.stride, self.padding))
        return features if self.bias is None else features + self.bias[:, None, None]


def _cast_for_autocast(images: Tensor, weight: Tensor) -> tuple[Tensor, Tensor]:
    """Cast both tensors to the autocast dtype, if autocast is enabled.

    Autocast does not apply inside a custom `torch.autograd.Function`.
    """
    if not torch.is_autocast_enabled(images.device.type):
        return images, weight
    dtype = torch.get_autocast_dtype(images.device.type)
    return images.to(dtype), weight.to(dtype)


class _MatrixProduct(Function):
    """Matrix product y = cᵀ wᵀ of columns c [taps, pixels] and weight w [width, taps]: [pixels, width].

    The derivatives are c̄ = wᵀ ȳᵀ and w̄ = (c ȳ)ᵀ. The order of the factors matters: a matrix product with
    few rows takes five times as long in transposed order.
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
    """3x3 convolution of images with few channels, with stride 1 and padding 1.

    In tracing mode, the convolution is a matrix product with nine shifted copies of the images. For one
    or three channels, this product and its derivatives take half the time of the convolution of torch on
    a CPU. The result then is channels-last in memory.

    Args:
        channels: image channels.
        width: output channels.
        bias: whether to add a bias.
    """

    def __init__(self, channels: int, width: int, bias: bool) -> None:
        super().__init__(channels, width, 3, padding=1, bias=bias)

    def forward(self, images: Tensor) -> Tensor:
        """Convolve images [batch, channels, rows, columns] to [batch, out, rows, columns]."""
        if not is_tracing():
            return super().forward(images)
        batch, channels, height, width = images.shape
        padded = functional.pad(images, (1, 1, 1, 1)).transpose(0, 1)
        shifted = [padded[:, :, y : y + height, x : x + width] for y in range(3) for x in range(3)]
        columns = torch.stack(shifted, dim=1).view(channels * 9, batch * height * width)
        columns, weight = _cast_for_autocast(columns, self.weight.view(-1, channels * 9))
        features = _MatrixProduct.apply(columns, weight)
        if self.bias is not None:
            features = features + self.bias
        return features.view(batch, height, width, -1).permute(0, 3, 1, 2)  # type: ignore[no-any-return]
