"""ResNet-18 (He et al. 2016) for small images, with instance norm."""

import torch
from torch import Tensor, nn

from podd_engine.networks.convolution import Convolution
from podd_engine.networks.normalization import InstanceNorm


class _BasicBlock(nn.Module):
    """Two 3x3 convolutions with a shortcut connection; the first has stride ``stride``."""

    def __init__(self, incoming: int, outgoing: int, stride: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            Convolution(incoming, outgoing, 3, stride, padding=1, bias=False),
            InstanceNorm(outgoing),
            nn.ReLU(),
            Convolution(outgoing, outgoing, 3, padding=1, bias=False),
            InstanceNorm(outgoing),
        )
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or incoming != outgoing:
            self.shortcut = nn.Sequential(
                Convolution(incoming, outgoing, 1, stride, bias=False), InstanceNorm(outgoing)
            )

    def forward(self, images: Tensor) -> Tensor:
        return torch.relu(self.body(images) + self.shortcut(images))


class ResNet18(nn.Module):
    """ResNet-18: four stages of two basic blocks, global average pooling and a linear layer.

    Stages 2 to 4 halve the resolution as long as the feature maps are at least 4 px wide.

    Args:
        channels: image channels.
        classes: number of classes.
        image_size: side of the square images, px.
        width: channels of the first stage (64 in the literature). Each stage has twice the channels of
            the stage before.
        depth: ignored. The depth of ResNet-18 is fixed.
    """

    def __init__(self, channels: int, classes: int, image_size: int, width: int, depth: int) -> None:
        super().__init__()
        layers: list[nn.Module] = [
            Convolution(channels, width, 3, padding=1, bias=False),
            InstanceNorm(width),
            nn.ReLU(),
        ]
        incoming, side = width, image_size
        for stage in range(4):
            # Stop at 2x2 px: instance norm of a single pixel discards its value.
            stride = 2 if stage > 0 and side >= 4 else 1
            side //= stride
            layers += [
                _BasicBlock(incoming, width * 2**stage, stride),
                _BasicBlock(width * 2**stage, width * 2**stage, 1),
            ]
            incoming = width * 2**stage
        self.features = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1))
        self.classifier = nn.Linear(incoming, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Return logits [batch, classes] of images [batch, channels, image_size, image_size]."""
        return self.classifier(self.features(images).flatten(1))  # type: ignore[no-any-return]
