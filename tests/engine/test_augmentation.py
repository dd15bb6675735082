"""Effect of each augmentation, and reproducible draws."""

import math

import pytest
import torch

from podd_engine.distillation import augmentation
from podd_engine.distillation.augmentation import AugmentationDraw
from podd_engine.runtime import random_streams

KINDS = ["flip", "rotate", "scale", "crop", "color", "cutout"]


def images(batch: int = 6, size: int = 16) -> torch.Tensor:
    return torch.rand(
        batch, 3, size, size, dtype=torch.float64, generator=random_streams.generator(0, "images")
    )


def amounts(*rows: tuple[float, float, float]) -> torch.Tensor:
    return torch.tensor(rows)


def test_each_batch_gets_one_kind_and_draws_repeat() -> None:
    drawn = augmentation.draw(KINDS, 200, 4, random_streams.generator(0, "draw"))
    assert {draw.kind for draw in drawn} == set(KINDS)
    assert all(draw.amounts.shape == (4, 3) for draw in drawn)
    again = augmentation.draw(KINDS, 200, 4, random_streams.generator(0, "draw"))
    assert all(
        a.kind == b.kind and torch.equal(a.amounts, b.amounts) for a, b in zip(drawn, again, strict=True)
    )


def test_without_kinds_images_are_unchanged() -> None:
    (drawn,) = augmentation.draw([], 1, 6, random_streams.generator(0, "draw"))
    assert torch.equal(augmentation.apply(images(), drawn), images())


def test_flip_mirrors_about_half_of_the_images() -> None:
    (drawn,) = augmentation.draw(["flip"], 1, 1000, random_streams.generator(0, "draw"))
    picture = torch.rand(1000, 1, 2, 2)
    flipped = augmentation.apply(picture, drawn)
    changed = (flipped != picture).flatten(1).any(dim=1)
    assert torch.equal(flipped[changed], picture[changed].flip(3))
    assert 430 < int(changed.sum()) < 570


def test_rotation_by_zero_keeps_the_image_and_by_an_angle_rotates_it() -> None:
    picture = images(2)
    unrotated = augmentation.apply(picture, AugmentationDraw("rotate", amounts((0.5, 0, 0), (0.5, 0, 0))))
    torch.testing.assert_close(unrotated, picture)
    y, x = torch.meshgrid(torch.arange(33.0) - 16, torch.arange(33.0) - 16, indexing="ij")
    ramp = (x[None, None] + 100).double()
    rotated = augmentation.apply(ramp, AugmentationDraw("rotate", amounts((1.0, 0, 0))))[0, 0]
    angle = math.radians(15)
    expected = x * math.cos(angle) - y * math.sin(angle) + 100
    torch.testing.assert_close(rotated[8:25, 8:25], expected[8:25, 8:25].double(), atol=1e-4, rtol=0)


def test_scale_stretches_one_axis_by_its_ratio() -> None:
    x = (torch.arange(33.0) - 16).expand(1, 1, 33, 33).double() + 100
    scaled = augmentation.apply(x, AugmentationDraw("scale", amounts((1.0, 0.0, 0))))
    torch.testing.assert_close(scaled[0, 0, 16, 8:25], (torch.arange(8.0, 25) - 16).double() * 1.2 + 100)


def test_crop_shifts_by_whole_pixels_and_fills_with_zeros() -> None:
    picture = images(3)
    shifted = augmentation.apply(
        picture, AugmentationDraw("crop", amounts((0, 0, 0), (0.5, 0.5, 0), (0.999, 0.999, 0)))
    )
    assert torch.equal(shifted[1], picture[1])
    assert torch.equal(shifted[0, :, 2:, 2:], picture[0, :, :-2, :-2])
    assert not shifted[0, :, :2].any()
    assert torch.equal(shifted[2, :, :-2, :-2], picture[2, :, 2:, 2:])


@pytest.mark.parametrize("which", [0.1, 0.5, 0.9])
def test_color_changes_brightness_saturation_or_contrast(which: float) -> None:
    picture = images(2)
    changed = augmentation.apply(
        picture, AugmentationDraw("color", amounts((0.9, 0, which), (0.1, 0, which)))
    )
    assert not torch.equal(changed, picture)
    if which == 0.1:
        torch.testing.assert_close(
            changed - picture, torch.tensor([0.4, -0.4]).double()[:, None, None, None].expand_as(picture)
        )
    elif which == 0.5:
        torch.testing.assert_close(changed.mean(dim=1), picture.mean(dim=1))
    else:
        torch.testing.assert_close(changed.mean(dim=(1, 2, 3)), picture.mean(dim=(1, 2, 3)))


def test_cutout_zeros_a_square_of_half_the_side() -> None:
    changed = augmentation.apply(torch.ones(1, 1, 16, 16), AugmentationDraw("cutout", amounts((0.5, 0.5, 0))))
    assert int((changed == 0).sum()) == 64
    assert not changed[0, 0, 4:12, 4:12].any()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_differentiable(kind: str) -> None:
    (drawn,) = augmentation.draw([kind], 1, 2, random_streams.generator(4, "draw"))
    picture = images(2, 6).requires_grad_(True)
    assert torch.autograd.gradcheck(lambda x: augmentation.apply(x, drawn), picture)


def test_slice_of_a_draw_augments_like_the_whole_draw() -> None:
    for kind in KINDS:
        (drawn,) = augmentation.draw([kind], 1, 6, random_streams.generator(5, "draw"))
        whole = augmentation.apply(images(), drawn)
        if kind != "color":
            torch.testing.assert_close(augmentation.apply(images()[2:4], drawn[2:4]), whole[2:4])
