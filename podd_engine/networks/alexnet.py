"""AlexNet for small images, as used for cross-architecture evaluation in dataset distillation."""

from torch import Tensor, nn

from podd_engine.networks.convolution import Convolution


class AlexNet(nn.Module):
    """AlexNet: five convolutions with three max poolings, then one linear layer.

    The first convolution has stride 1, since images are small. The convolutions have ``width``,
    1.5 × ``width``, 2 × ``width``, 1.5 × ``width`` and 1.5 × ``width`` channels. The literature uses a width
    of 128.

    Args:
        channels: image channels.
        classes: number of classes.
        image_size: side of the square images, px; at least 8.
        width: channels of the first convolution.
        depth: ignored. The depth of AlexNet is fixed.

    Raises:
        ValueError: the images are smaller than 8 px.
    """

    def __init__(self, channels: int, classes: int, image_size: int, width: int, depth: int) -> None:
        super().__init__()
        if image_size < 8:
            raise ValueError(
                f"network.name: alexnet needs images of at least 8 px, not {image_size} px; "
                "choose another network"
            )
        wide = width * 3 // 2
        self.features = nn.Sequential(
            Convolution(channels, width, 5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(2),
            Convolution(width, wide, 5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(2),
            Convolution(wide, 2 * width, 3, padding=1),
            nn.ReLU(),
            Convolution(2 * width, wide, 3, padding=1),
            nn.ReLU(),
            Convolution(wide, wide, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.classifier = nn.Linear(wide * (image_size // 8) ** 2, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Return logits [batch, classes] of images [batch, channels, image_size, image_size]."""
        return self.classifier(self.features(images).flatten(1))  # type: ignore[no-any-return]
