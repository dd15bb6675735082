"""Initial poster, patch extraction and blending."""

import numpy as np
import pytest
import torch

from podd_engine.poster.layout import PosterLayout
from podd_engine.poster.patches import PatchCutter, blend, initial_poster
from podd_engine.runtime import random_streams

LAYOUTS = [
    PosterLayout((153, 60), (32, 32), (16, 6), (5, 2), (32, 32)),
    PosterLayout((21, 50), (8, 8), (3, 9), (2, 5), (12, 11)),  # more rows than columns
    PosterLayout((8, 8), (8, 8), (1, 1), (2, 2), (4, 4)),
    PosterLayout((9, 30), (5, 6), (4, 7), (1, 6), (9, 5)),
]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_initial_poster_has_correct_shape_and_depends_on_seed(layout: PosterLayout) -> None:
    poster = initial_poster(layout, 3, random_streams.generator(0, "poster"))
    assert poster.shape == (3, layout.poster[1], layout.poster[0])
    assert poster.isfinite().all()
    assert torch.equal(poster, initial_poster(layout, 3, random_streams.generator(0, "poster")))
    assert not torch.equal(poster, initial_poster(layout, 3, random_streams.generator(1, "poster")))


def test_single_tile_has_unit_norm() -> None:
    layout = PosterLayout((12, 12), (8, 8), (2, 2), (1, 1), (12, 12))
    assert float(initial_poster(layout, 3, random_streams.generator(0, "poster")).norm()) == pytest.approx(1)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_patches_blend_back_to_the_poster(layout: PosterLayout) -> None:
    poster = torch.randn(3, layout.poster[1], layout.poster[0], dtype=torch.float64)
    covered = torch.as_tensor(layout.coverage > 0)
    patches = PatchCutter(layout, torch.device("cpu"))(poster)
    for patch, (x0, y0, x1, y1) in zip(patches, layout.windows, strict=True):
        assert torch.equal(patch, poster[:, y0:y1, x0:x1])
    blended = blend(patches, layout.windows, layout.poster)
    torch.testing.assert_close(blended[:, covered], poster[:, covered])


def test_two_tiles_cross_fade_linearly() -> None:
    tiles = torch.stack([torch.zeros(1, 1, 4), torch.ones(1, 1, 4)]).double()
    mixed = blend(tiles, np.array([[0, 0, 4, 1], [2, 0, 6, 1]]), (6, 1))[0, 0]
    torch.testing.assert_close(mixed, torch.tensor([0, 0, 1 / 3, 2 / 3, 1, 1], dtype=torch.float64))


def test_patch_gradients_reach_only_pixels_of_the_patch() -> None:
    layout = LAYOUTS[1]
    poster = torch.zeros(1, 50, 21, requires_grad=True)
    PatchCutter(layout, torch.device("cpu"))(poster)[[4, 4]].sum().backward()
    expected = torch.zeros(1, 50, 21)
    x0, y0, x1, y1 = layout.windows[4]
    expected[:, y0:y1, x0:x1] = 2
    assert torch.equal(poster.grad, expected)


def test_uncovered_pixels_are_zero() -> None:
    blended = blend(torch.ones(2, 1, 1, 2), np.array([[0, 0, 2, 1], [3, 0, 5, 1]]), (6, 1))
    assert blended.tolist() == [[[1, 1, 0, 1, 1, 0]]]
