"""Differentiable augmentations: drawn first, applied later, one kind a batch.

Kinds and ranges are those of differentiable siamese augmentation (Zhao & Bilen 2021) as PoDD uses
them. Every kind is linear in the images, or nearly, and differentiable with respect to them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

AugmentationKind = Literal["flip", "rotate", "scale", "crop", "color", "cutout"]

ROTATION_DEGREES = 15.0
SCALE_RATIO = 1.2
CROP_FRACTION = 0.125
BRIGHTNESS, SATURATION, CONTRAST = 1.0, 2.0, 0.5
CUTOUT_FRACTION = 0.5


@dataclass(frozen=True)
class AugmentationDraw:
    """What happens to one batch.

    Args:
        kind: the kind every image of the batch gets; None: nothing.
        amounts: float32 [batch, 3], uniform in [0, 1): the kind's own random numbers per image.
    """

    kind: AugmentationKind | None
    amounts: Tensor

    def to(self, device: torch.device) -> "AugmentationDraw":
        """The same draw with its numbers on ``device``."""
        return AugmentationDraw(self.kind, self.amounts.to(device))

    def __getitem__(self, part: slice) -> "AugmentationDraw":
        """The draw of a part of the batch."""
        return AugmentationDraw(self.kind, self.amounts[part])


def draw(
    kinds: Sequence[AugmentationKind], batches: int, batch: int, source: torch.Generator
) -> list[AugmentationDraw]:
    """Augmentations of ``batches`` batches of ``batch`` images, one of ``kinds`` for each batch."""
    amounts = torch.rand((batches, batch, 3), generator=source)
    if not kinds:
        return [AugmentationDraw(None, part) for part in amounts]
    choices = torch.randint(len(kinds), (batches,), generator=source).tolist()
    return [AugmentationDraw(kinds[choice], part) for choice, part in zip(choices, amounts, strict=True)]


def apply(images: Tensor, drawn: AugmentationDraw) -> Tensor:
    """Augmented images.

    Args:
        images: [batch, channels, height, width], any float dtype.
        drawn: the draw of this batch, on the same device.

    Returns:
        A tensor like ``images``.
    """
    if drawn.kind is None:
        return images
    return _AUGMENTATIONS[drawn.kind](images, drawn.amounts.to(images.dtype))


def vjp(images: Tensor, drawn: AugmentationDraw, cotangent: Tensor) -> Tensor:
    """Cotangent of ``images`` from that of `apply`'s result."""
    if drawn.kind is None:
        return cotangent
    leaf = images.detach().requires_grad_(True)
    with torch.enable_grad():
        augmented = apply(leaf, drawn)
    return torch.autograd.grad(augmented, leaf, cotangent)[0]


def _flip(images: Tensor, amounts: Tensor) -> Tensor:
    return torch.where(amounts[:, 0, None, None, None] < 0.5, images, images.flip(3))


def _warp(images: Tensor, matrices: Tensor) -> Tensor:
    """Sample through affine ``matrices`` [batch, 2, 2]: bilinear, zeros outside."""
    theta = functional.pad(matrices, (0, 1))
    grid = functional.affine_grid(theta, list(images.shape), align_corners=False)
    return functional.grid_sample(images, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def _rotate(images: Tensor, amounts: Tensor) -> Tensor:
    angle = torch.deg2rad((2 * amounts[:, 0] - 1) * ROTATION_DEGREES)
    cosine, sine = angle.cos(), angle.sin()
    return _warp(images, torch.stack([cosine, -sine, sine, cosine], dim=1).view(-1, 2, 2))


def _scale(images: Tensor, amounts: Tensor) -> Tensor:
    ratio = 1 / SCALE_RATIO + amounts[:, :2] * (SCALE_RATIO - 1 / SCALE_RATIO)
    return _warp(images, torch.diag_embed(ratio))


def _crop(images: Tensor, amounts: Tensor) -> Tensor:
    """Shift by whole pixels up to `CROP_FRACTION` of the side, zeros coming in."""
    side = images.shape[2:]
    largest = [int(length * CROP_FRACTION + 0.5) for length in side]
    padded = functional.pad(images, (largest[1], largest[1], largest[0], largest[0]))

    def starts(column: int, most: int, length: int) -> Tensor:
        first = (amounts[:, column] * (2 * most + 1)).long().clamp(max=2 * most)
        return first[:, None] + torch.arange(length, device=images.device)

    rows, columns = starts(0, largest[0], side[0]), starts(1, largest[1], side[1])
    batch = torch.arange(len(images), device=images.device)[:, None, None]
    return padded.permute(0, 2, 3, 1)[batch, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def _color(images: Tensor, amounts: Tensor) -> Tensor:
    """Brightness, saturation or contrast, the same of the three for the whole batch."""
    which = int(amounts[0, 2] * 3)
    amount = amounts[:, 0, None, None, None]
    if which == 0:
        return images + (amount - 0.5) * BRIGHTNESS
    if which == 1:
        gray = images.mean(dim=1, keepdim=True)
        return (images - gray) * (amount * SATURATION) + gray
    mean = images.mean(dim=(1, 2, 3), keepdim=True)
    return (images - mean) * (amount + CONTRAST) + mean


def _cutout(images: Tensor, amounts: Tensor) -> Tensor:
    """Zero a square of half the side around a random center."""
    inside = []
    for axis, length in enumerate(images.shape[2:]):
        half = length * CUTOUT_FRACTION / 2
        center = (amounts[:, axis] * length).floor()
        position = torch.arange(length, device=images.device)
        low, high = (center - half).floor(), (center + half).floor()
        inside.append((position >= low[:, None]) & (position < high[:, None]))
    hole = inside[0][:, None, :, None] & inside[1][:, None, None, :]
    return images.masked_fill(hole, 0)


_AUGMENTATIONS: dict[AugmentationKind, Callable[[Tensor, Tensor], Tensor]] = {
    "flip": _flip,
    "rotate": _rotate,
    "scale": _scale,
    "crop": _crop,
    "color": _color,
    "cutout": _cutout,
}
