"""Registry of network architectures."""

from collections.abc import Callable
from functools import partial

import torch
from torch import nn

from podd_engine.config.architectures import ARCHITECTURES
from podd_engine.errors import ConfigError
from podd_engine.networks.alexnet import AlexNet
from podd_engine.networks.convnet import ConvNet
from podd_engine.networks.functional_network import FunctionalNetwork
from podd_engine.networks.resnet import ResNet18
from podd_engine.networks.vgg import VGG11

NetworkFactory = Callable[[int, int, int, int, int], nn.Module]
"""Builds a module: ``factory(channels, classes, image_size, width, depth)``."""


def _convnet4(channels: int, classes: int, image_size: int, width: int, depth: int) -> nn.Module:
    """ConvNet with four blocks for every ``depth``."""
    return ConvNet(channels, classes, image_size, width, 4)


_FACTORIES: dict[str, NetworkFactory] = {
    "convnet": ConvNet,
    "convnet4": _convnet4,
    "convnet-doubling": partial(ConvNet, doubling=True),
    "convnet-bn": partial(ConvNet, norm="batch"),
    "convnet-nonorm": partial(ConvNet, norm="none"),
    "alexnet": AlexNet,
    "vgg11": VGG11,
    "resnet18": ResNet18,
}


def count_parameters(
    name: str, *, channels: int, classes: int, image_size: int, width: int, depth: int
) -> int:
    """Return the number of parameters of a network without allocating them.

    Args and exceptions are those of `build`.
    """
    with torch.device("meta"):
        module = _module(name, channels, classes, image_size, width, depth)
    return sum(parameter.numel() for parameter in module.parameters())


def build(
    name: str, *, channels: int, classes: int, image_size: int, width: int, depth: int
) -> FunctionalNetwork:
    """Build a network architecture.

    Args:
        name: one of `ARCHITECTURES`.
        channels: image channels.
        classes: number of classes.
        image_size: side of the square images, px.
        width: channels of the first block.
        depth: number of blocks of a ConvNet. Architectures with a fixed depth ignore it.

    Raises:
        ConfigError: the architecture does not exist, or the images are too small for it.
    """
    return FunctionalNetwork(lambda: _module(name, channels, classes, image_size, width, depth))


def _module(name: str, channels: int, classes: int, image_size: int, width: int, depth: int) -> nn.Module:
    factory = _FACTORIES.get(name)
    if factory is None:
        raise ConfigError(f"network.name: unknown network {name!r}; choose from {', '.join(ARCHITECTURES)}")
    try:
        return factory(channels, classes, image_size, width, depth)
    except ValueError as error:
        raise ConfigError(str(error)) from None
