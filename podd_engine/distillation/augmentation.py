"""Differentiable augmentations.

Random numbers are drawn in advance with `draw`. `apply` and `vjp` then are deterministic.
Each batch gets exactly one kind of augmentation. Kinds and ranges are those of differentiable siamese
augmentation (DSA; Zhao & Bilen 2021), as used by PoDD.
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
    """Random draw that determines the augmentation of one batch.

    Args:
        kind: the augmentation of all images in the batch, or None for no augmentation.
        amounts: float32 [batch, 3], uniform in [0, 1): random numbers of each image. Their meaning
            depends on ``kind``.
    """

    kind: AugmentationKind | None
    amounts: Tensor

    def to(self, device: torch.device) -> "AugmentationDraw":
        """Return the draw with its random numbers on ``device``."""
        return AugmentationDraw(self.kind, self.amounts.to(device))

    def __getitem__(self, part: slice) -> "AugmentationDraw":
        """Return the draw for a slice of the batch."""
        return AugmentationDraw(self.kind, self.amounts[part])


def draw(
    kinds: Sequence[AugmentationKind], batches: int, batch: int, source: torch.Generator
) -> list[AugmentationDraw]:
    """Draw augmentations for several batches.

    Args:
        kinds: kinds to choose from, each with the same probability. If empty, nothing is augmented.
        batches: number of batches.
        batch: images per batch.
        source: CPU generator.

    Returns:
        One draw per batch, on the CPU.
    """
    amounts = torch.rand((batches, batch, 3), generator=source)
    if not kinds:
        return [AugmentationDraw(None, part) for part in amounts]
    choices = torch.randint(len(kinds), (batches,), generator=source).tolist()
    return [AugmentationDraw(kinds[choice], part) for choice, part in zip(choices, amounts, strict=True)]


def apply(images: Tensor, drawn: AugmentationDraw) -> Tensor:
    """Augment a batch of images; differentiable with respect to ``images``.

    Args:
        images: [batch, channels, height, width], any float dtype.
        drawn: draw of this batch, on the same device.

    Returns:
        Augmented images. Shape, dtype and device are those of ``images``.
    """
    if drawn.kind is None:
        return images
    return _AUGMENTATIONS[drawn.kind](images, drawn.amounts.to(images.dtype))


def vjp(images: Tensor, drawn: AugmentationDraw, cotangent: Tensor) -> Tensor:
    """Return the vector-Jacobian product of `apply`: x̄ = Jᵀ ȳ for y = apply(x), J = ∂y/∂x.

    Args:
        images: x, [batch, channels, height, width].
        drawn: draw of this batch, on the same device.
        cotangent: ȳ, of the same shape as ``images``.

    Returns:
        x̄, of the same shape as ``images``.
    """
    if drawn.kind is None:
        return cotangent
    leaf = images.detach().requires_grad_(True)
    with torch.enable_grad():
        augmented = apply(leaf, drawn)
    return torch.autograd.grad(augmented, leaf, cotangent)[0]


def _flip(images: Tensor, amounts: Tensor) -> Tensor:
    """Mirror each image horizontally with probability 1/2."""
    return torch.where(amounts[:, 0, None, None, None] < 0.5, images, images.flip(3))


def _warp(images: Tensor, matrices: Tensor) -> Tensor:
    """Resample with affine ``matrices`` [batch, 2, 2]: bilinear, zeros outside the image."""
    theta = functional.pad(matrices, (0, 1))
    grid = functional.affine_grid(theta, list(images.shape), align_corners=False)
    return functional.grid_sample(images, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def _rotate(images: Tensor, amounts: Tensor) -> Tensor:
    """Rotate each image by an angle uniform in ± `ROTATION_DEGREES`."""
    angle = torch.deg2rad((2 * amounts[:, 0] - 1) * ROTATION_DEGREES)
    cosine, sine = angle.cos(), angle.sin()
    return _warp(images, torch.stack([cosine, -sine, sine, cosine], dim=1).view(-1, 2, 2))


def _scale(images: Tensor, amounts: Tensor) -> Tensor:
    """Scale width and height independently by factors between 1 / `SCALE_RATIO` and `SCALE_RATIO`."""
    ratio = 1 / SCALE_RATIO + amounts[:, :2] * (SCALE_RATIO - 1 / SCALE_RATIO)
    return _warp(images, torch.diag_embed(ratio))


def _crop(images: Tensor, amounts: Tensor) -> Tensor:
    """Shift each image by whole pixels, up to `CROP_FRACTION` of its side, and fill with zeros."""
    side = images.shape[2:]
    max_shift = [int(length * CROP_FRACTION + 0.5) for length in side]
    padded = functional.pad(images, (max_shift[1], max_shift[1], max_shift[0], max_shift[0]))

    def source_indices(column: int, shift: int, length: int) -> Tensor:
        first = (amounts[:, column] * (2 * shift + 1)).long().clamp(max=2 * shift)
        return first[:, None] + torch.arange(length, device=images.device)

    rows = source_indices(0, max_shift[0], side[0])
    columns = source_indices(1, max_shift[1], side[1])
    batch = torch.arange(len(images), device=images.device)[:, None, None]
    return padded.permute(0, 2, 3, 1)[batch, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def _color(images: Tensor, amounts: Tensor) -> Tensor:
    """Change either brightness, saturation or contrast, the same property for the whole batch."""
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
    """Set a rectangle of `CUTOUT_FRACTION` of each side, around a random center, to zero."""
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
