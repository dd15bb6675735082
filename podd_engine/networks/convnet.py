"""ConvNet of dataset distillation (Gidaris & Komodakis 2018; Zhao et al. 2021) and its variants."""

from typing import Literal

from torch import Tensor, nn

from podd_engine.networks.classifier import Classifier
from podd_engine.networks.convolution import Convolution, ImageConvolution
from podd_engine.networks.normalization import BatchNorm, InstanceNorm
from podd_engine.networks.pooling import AveragePool2x2

Norm = Literal["instance", "batch", "none"]


class ConvNet(nn.Module):
    """ConvNet: blocks of 3x3 convolution, normalization, ReLU and 2x2 average pooling, then a linear layer.

    Args:
        channels: image channels.
        classes: number of classes.
        image_size: side of the square images, px; at least ``2 ** depth``.
        width: channels of the first block.
        depth: number of blocks.
        norm: ``"instance"`` (affine), ``"batch"`` or ``"none"``.
        doubling: whether each block has twice the channels of the block before.

    Raises:
        ValueError: the images are too small for ``depth`` poolings.
    """

    def __init__(
        self,
        channels: int,
        classes: int,
        image_size: int,
        width: int,
        depth: int,
        norm: Norm = "instance",
        doubling: bool = False,
    ) -> None:
        super().__init__()
        side = image_size // 2**depth
        if side < 1:
            raise ValueError(
                f"network.depth: {depth} blocks are too many for images of {image_size} px; "
                f"use at most {image_size.bit_length() - 1}"
            )
        blocks: list[nn.Module] = []
        incoming = channels
        for block in range(depth):
            outgoing = width * 2**block if doubling else width
            # Normalization removes a preceding bias, so the bias has no effect and its gradient is only
            # rounding error.
            bias = norm == "none"
            if block == 0:
                blocks.append(ImageConvolution(incoming, outgoing, bias))
            else:
                blocks.append(Convolution(incoming, outgoing, 3, padding=1, bias=bias))
            if norm != "none":
                blocks.append(InstanceNorm(outgoing) if norm == "instance" else BatchNorm(outgoing))
            blocks += [nn.ReLU(), AveragePool2x2()]
            incoming = outgoing
        self.features = nn.Sequential(*blocks)
        self.classifier = Classifier(incoming, side, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Return logits [batch, classes] of images [batch, channels, image_size, image_size]."""
        return self.classifier(self.features(images))  # type: ignore[no-any-return]
