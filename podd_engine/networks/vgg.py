"""VGG-11 (Simonyan & Zisserman 2015) for small images, with instance norm."""

from torch import Tensor, nn

from podd_engine.networks.convolution import Convolution
from podd_engine.networks.normalization import InstanceNorm

# Channels of each convolution as a multiple of the width; 0 is a max pooling.
STAGES = (1, 0, 2, 0, 4, 4, 0, 8, 8, 0, 8, 8)


class VGG11(nn.Module):
    """VGG-11: eight convolutions in five stages, global average pooling and a linear layer.

    A max pooling between stages halves the resolution as long as the feature maps are at least 4 px wide.

    Args:
        channels: image channels.
        classes: number of classes.
        image_size: side of the square images, px.
        width: channels of the first convolution (64 in the literature). The last convolutions have eight
            times as many.
        depth: ignored. The depth of VGG-11 is fixed.
    """

    def __init__(self, channels: int, classes: int, image_size: int, width: int, depth: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        incoming, side = channels, image_size
        for multiple in STAGES:
            if multiple == 0:
                # Stop at 2x2 px: instance norm of a single pixel discards its value.
                if side >= 4:
                    layers.append(nn.MaxPool2d(2))
                    side //= 2
                continue
            outgoing = width * multiple
            layers += [
                Convolution(incoming, outgoing, 3, padding=1, bias=False),
                InstanceNorm(outgoing),
                nn.ReLU(),
            ]
            incoming = outgoing
        self.features = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1))
        self.classifier = nn.Linear(incoming, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Return logits [batch, classes] of images [batch, channels, image_size, image_size]."""
        return self.classifier(self.features(images).flatten(1))  # type: ignore[no-any-return]
