"""Network architectures: shapes, initialization, derivatives and batch norm statistics."""

import pytest
import torch
from torch.nn import functional

from podd_engine.config.architectures import ARCHITECTURES
from podd_engine.errors import ConfigError
from podd_engine.networks import build
from podd_engine.networks.normalization import InstanceNorm
from podd_engine.networks.pooling import AveragePool2x2
from podd_engine.networks.tracing_mode import tracing_mode
from podd_engine.runtime import random_streams


@pytest.mark.parametrize("name", ARCHITECTURES)
@pytest.mark.parametrize(("channels", "size"), [(1, 16), (3, 32)])
def test_maps_images_to_logits(name: str, channels: int, size: int) -> None:
    network = build(name, channels=channels, classes=7, image_size=size, width=8, depth=3)
    parameters = network.initial_parameters(random_streams.generator(0, "network")).float()
    assert parameters.shape == (network.parameter_count,)
    images = torch.randn(4, channels, size, size)
    logits = network(parameters, images)
    assert logits.shape == (4, 7)
    assert logits.isfinite().all()
    module = network.evaluation_module(parameters, images)
    assert not module.training
    single = torch.cat([module(image[None]) for image in images])
    torch.testing.assert_close(single, module(images), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_initial_parameters_have_the_default_distribution_of_torch(name: str) -> None:
    network = build(name, channels=3, classes=10, image_size=32, width=16, depth=3)
    torch.manual_seed(0)
    torch_default = {key: value.clone() for key, value in network.module.named_parameters()}
    ours = network.split(network.initial_parameters(random_streams.generator(0, "network")))
    for key, default in torch_default.items():
        bound = float(default.abs().max())
        if default.numel() > 400:
            assert float(ours[key].abs().max()) == pytest.approx(bound, rel=0.05)
            assert float(ours[key].std()) == pytest.approx(float(default.std()), rel=0.15)
        if key.endswith("weight") and default.dim() == 1:
            assert torch.equal(ours[key], torch.ones_like(ours[key]))


def test_convnet_has_the_published_parameter_count() -> None:
    network = build("convnet", channels=3, classes=10, image_size=32, width=128, depth=3)
    # 320,010 in the literature, minus three biases of 128 channels that normalization would remove.
    assert network.parameter_count == 320_010 - 3 * 128


def test_instance_norm_equals_its_formula() -> None:
    images = torch.randn(3, 6, 5, 5, dtype=torch.float64, requires_grad=True)
    ours = InstanceNorm(6).double()
    torch.nn.init.constant_(ours.weight, 1.7)
    torch.nn.init.constant_(ours.bias, -0.3)
    centered = images - images.mean(dim=(2, 3), keepdim=True)
    deviation = (centered.square().mean(dim=(2, 3), keepdim=True) + 1e-5).sqrt()
    torch.testing.assert_close(ours(images), centered / deviation * 1.7 - 0.3)
    assert torch.autograd.gradgradcheck(lambda x: ours(x).square().sum(), images)


@pytest.mark.parametrize("size", [8, 9])
def test_average_pooling_equals_torch_with_derivatives(size: int) -> None:
    images = torch.randn(2, 3, size, size, dtype=torch.float64, requires_grad=True)
    torch.testing.assert_close(AveragePool2x2()(images), functional.avg_pool2d(images, 2))
    assert torch.autograd.gradcheck(AveragePool2x2(), images)
    assert torch.autograd.gradgradcheck(AveragePool2x2(), images)


@pytest.mark.parametrize("name", ["convnet", "convnet-nonorm"])
def test_layers_are_equal_in_tracing_mode(name: str) -> None:
    network = build(name, channels=3, classes=5, image_size=8, width=4, depth=2)
    network.to(torch.device("cpu"), torch.float64)
    parameters = network.initial_parameters(random_streams.generator(0, "network")).requires_grad_(True)
    images = torch.randn(6, 3, 8, 8, dtype=torch.float64, requires_grad=True)

    def logits_and_derivatives() -> tuple[torch.Tensor, ...]:
        logits = network(parameters, images)
        gradient, *_ = torch.autograd.grad(logits.square().sum(), [parameters], create_graph=True)
        return logits, gradient, *torch.autograd.grad(gradient.square().sum(), [parameters, images])

    eager = logits_and_derivatives()
    with tracing_mode():
        traced = logits_and_derivatives()
    for found, expected in zip(traced, eager, strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-10)


def test_batch_norm_statistics_are_those_of_the_training_images() -> None:
    network = build("convnet-bn", channels=1, classes=3, image_size=8, width=8, depth=2)
    parameters = network.initial_parameters(random_streams.generator(0, "network")).float()
    images = torch.randn(50, 1, 8, 8)
    training = network(parameters, images)
    evaluated = network.evaluation_module(parameters, images)(images)
    assert float((training - evaluated).abs().max()) < 0.2
    network.module.train()
    assert torch.equal(network(parameters, images), training)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "transformer"}, "network.name: unknown network 'transformer'; choose from convnet"),
        (
            {"depth": 4, "image_size": 8},
            "network.depth: 4 blocks are too many for images of 8 px; use at most 3",
        ),
        ({"name": "alexnet", "image_size": 4}, "alexnet needs images of at least 8 px, not 4 px"),
    ],
)
def test_impossible_networks_are_errors(arguments: dict, message: str) -> None:
    defaults = {"name": "convnet", "channels": 1, "classes": 3, "image_size": 8, "width": 8, "depth": 2}
    with pytest.raises(ConfigError, match=message):
        build(**(defaults | arguments))
