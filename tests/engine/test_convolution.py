"""Convolutions equal those of torch up to the second derivative, in float64."""

from typing import Any

import pytest
import torch
from torch import Tensor
from torch.autograd import gradcheck, gradgradcheck
from torch.nn import functional

from podd_engine.networks import winograd
from podd_engine.networks.convolution import Convolution, ImageConvolution
from podd_engine.networks.tracing_mode import tracing_mode

SHAPES = [
    pytest.param({"kernel_size": 3, "padding": 1}, id="3x3"),
    pytest.param({"kernel_size": 3, "padding": 1, "stride": 2}, id="stride"),
    pytest.param({"kernel_size": 1, "stride": 2, "bias": False}, id="1x1"),
    pytest.param({"kernel_size": 5, "padding": 2}, id="5x5"),
]


def random_layer(layer: Convolution) -> Convolution:
    source = torch.Generator().manual_seed(1)
    for parameter in layer.double().parameters():
        parameter.data = torch.randn(parameter.shape, dtype=torch.float64, generator=source)
    return layer


def random_images(channels: int) -> Tensor:
    source = torch.Generator().manual_seed(2)
    return torch.randn(2, channels, 5, 6, dtype=torch.float64, generator=source, requires_grad=True)


@pytest.mark.parametrize("shape", SHAPES)
def test_convolution_equals_torch_with_derivatives(shape: dict[str, int | bool]) -> None:
    layer, images = random_layer(Convolution(3, 4, **shape)), random_images(3)

    def convolve(images: Tensor, *parameters: Tensor) -> Tensor:
        names = [name for name, _ in layer.named_parameters()]
        return torch.func.functional_call(layer, dict(zip(names, parameters, strict=True)), images)

    expected = functional.conv2d(images, layer.weight, layer.bias, layer.stride, layer.padding)
    torch.testing.assert_close(layer(images), expected)
    inputs = (images, *layer.parameters())
    assert gradcheck(convolve, inputs)
    assert gradgradcheck(convolve, inputs)


@pytest.mark.parametrize("channels", [1, 3])
def test_image_convolution_is_equal_in_tracing_mode(channels: int) -> None:
    layer, images = random_layer(ImageConvolution(channels, 4, bias=True)), random_images(channels)
    expected = layer(images)
    with tracing_mode():
        torch.testing.assert_close(layer(images), expected)
        assert gradgradcheck(layer, (images,))


def test_winograd_equals_torch_with_derivatives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(winograd, "MIN_CHANNELS", 3)
    layer = random_layer(Convolution(3, 4, 3, padding=1, bias=False))
    source = torch.Generator().manual_seed(2)
    images = torch.randn(2, 3, 4, 6, dtype=torch.float64, generator=source, requires_grad=True)

    def convolve(images: Tensor, weight: Tensor) -> Tensor:
        return torch.func.functional_call(layer, {"weight": weight}, images)

    expected = layer(images)
    assert winograd.is_supported(images, layer.weight, layer.stride, layer.padding)
    with tracing_mode():
        torch.testing.assert_close(layer(images), expected)
        assert not torch.equal(layer(images), expected), "the torch convolution ran instead of winograd"
        assert gradcheck(convolve, (images, layer.weight))
        assert gradgradcheck(convolve, (images, layer.weight))


@pytest.mark.parametrize(
    ("sides", "changes"),
    [
        pytest.param((5, 6), {}, id="odd height"),
        pytest.param((6, 5), {}, id="odd width"),
        pytest.param((6, 6), {"stride": 2}, id="stride"),
        pytest.param((6, 6), {"padding": 0}, id="not padded"),
        pytest.param((6, 6), {"kernel_size": 5, "padding": 2}, id="5x5"),
        pytest.param((6, 6), {"dtype": torch.bfloat16}, id="half precision"),
    ],
)
def test_unsupported_shapes_use_the_torch_convolution(
    sides: tuple[int, int], changes: dict[str, Any]
) -> None:
    width = winograd.MIN_CHANNELS
    layer = Convolution(width, width, **({"kernel_size": 3, "padding": 1} | changes))
    images = torch.randn(1, width, *sides, dtype=layer.weight.dtype)
    assert not winograd.is_supported(images, layer.weight, layer.stride, layer.padding)
    with torch.no_grad(), tracing_mode():
        traced = layer(images)
    with torch.no_grad():
        assert torch.equal(traced, layer(images))


def test_winograd_in_float32_is_about_as_accurate_as_torch() -> None:
    source = torch.Generator().manual_seed(3)
    images = torch.randn(4, 128, 8, 8, generator=source)
    weight = torch.randn(128, 128, 3, 3, generator=source)
    exact = functional.conv2d(images.double(), weight.double(), padding=1)
    torch_error = (functional.conv2d(images, weight, padding=1) - exact).norm()
    assert (winograd.convolve(images, weight) - exact).norm() < 3 * torch_error


def test_vmap_over_networks() -> None:
    layer = random_layer(Convolution(3, 4, 3, padding=1, bias=False))
    weights = torch.stack([layer.weight.detach(), 2 * layer.weight.detach()])
    images = random_images(3).detach()

    def loss(weight: Tensor) -> Tensor:
        return torch.func.functional_call(layer, {"weight": weight}, images).square().sum()

    both = torch.func.vmap(torch.func.grad(loss))(weights)
    torch.testing.assert_close(both[0], torch.func.grad(loss)(weights[0]))
    torch.testing.assert_close(both[1], 2 * both[0])
