"""A poster as pixels: undoing the preprocessing, blending, and the scale."""

import numpy as np
import pytest
import torch

from podd_engine.data.preprocessing import Preprocessing
from podd_engine.exporters.rendering import (
    bundle_deprocessed_pixels,
    bundle_trained_pixels,
    deprocess,
    trained_pixels,
)
from podd_engine.poster.layout import PosterLayout
from podd_engine.runs.bundle import PosterBundle

LAYOUT = PosterLayout((20, 14), (6, 6), (5, 3), (3, 2), (7, 7))
PLAIN = Preprocessing(
    "standardize", {"mean": torch.tensor([0.5, 0.4, 0.3]), "deviation": torch.tensor([0.2, 0.3, 0.1])}
)


def picture(seed: int = 0) -> torch.Tensor:
    """A random poster in the scale of images, [3, 14, 20]."""
    return torch.rand((3, 14, 20), generator=torch.Generator().manual_seed(seed))


def standardized(image: torch.Tensor) -> torch.Tensor:
    mean, deviation = PLAIN.tensors["mean"], PLAIN.tensors["deviation"]
    return (image - mean[:, None, None]) / deviation[:, None, None]


def test_as_trained_spans_black_to_white_linearly() -> None:
    poster = torch.tensor([[[-2.0, -1.0, 0.0, 2.0]]])
    np.testing.assert_array_equal(trained_pixels(poster), np.array([[[0], [64], [128], [255]]], np.uint8))


def test_channels_come_last_and_share_one_scale() -> None:
    poster = torch.zeros(3, 2, 4)
    poster[1, 0, 3], poster[2, 1, 0] = 1.0, -1.0
    pixels = trained_pixels(poster)
    assert pixels.shape == (2, 4, 3)
    assert pixels.dtype == np.uint8
    assert (pixels[0, 3, 1], pixels[1, 0, 2], pixels[0, 0, 0]) == (255, 0, 128)


def test_a_poster_of_one_value_is_mid_gray() -> None:
    assert np.unique(trained_pixels(torch.full((1, 3, 3), 4.0))).tolist() == [128]


def test_as_seen_gives_back_the_picture_that_was_standardized() -> None:
    image = picture()
    seen = deprocess(standardized(image).numpy(), LAYOUT, PLAIN)
    low, high = np.percentile(image.numpy(), (0.5, 99.5))
    expected = ((image - low) / (high - low)).clamp(0, 1).mul(255).permute(1, 2, 0).numpy()
    np.testing.assert_allclose(seen.poster, expected, atol=0.51)


def test_patches_as_seen_are_cut_from_the_poster_in_the_same_scale() -> None:
    seen = deprocess(standardized(picture()), LAYOUT, PLAIN)
    for patch, (x0, y0, x1, y1) in zip(seen.patches, LAYOUT.windows, strict=True):
        np.testing.assert_allclose(patch.astype(int), seen.poster[y0:y1, x0:x1].astype(int), atol=1)


def test_brightness_and_contrast_of_the_images_do_not_show() -> None:
    image = picture()
    faint = deprocess(standardized(0.4 + 0.1 * image), LAYOUT, PLAIN).poster
    strong = deprocess(standardized(5 * image - 2), LAYOUT, PLAIN).poster
    np.testing.assert_allclose(faint.astype(int), strong.astype(int), atol=1)


def test_one_wild_pixel_does_not_flatten_all_others() -> None:
    layout = PosterLayout((60, 40), (6, 6), (15, 10), (3, 2), (20, 20))
    image = torch.rand((3, 40, 60), generator=torch.Generator().manual_seed(0))
    calm = deprocess(standardized(image), layout, PLAIN).poster
    image[:, 20, 30] = 1000.0
    wild = deprocess(standardized(image), layout, PLAIN).poster
    assert wild[20, 30].tolist() == [255, 255, 255]
    assert np.abs(wild.astype(int) - calm.astype(int)).mean() < 2


def test_whitening_is_undone_patch_by_patch(color_bundle: PosterBundle) -> None:
    bundle, matrix = color_bundle, color_bundle.preprocessing.tensors["matrix"].double()
    patches, total, count = [], np.zeros((3, 14, 20)), np.zeros((14, 20))
    for x0, y0, x1, y1 in bundle.layout.windows:
        whitened = bundle.poster[:, y0:y1, x0:x1].double().flatten()
        patches.append(torch.linalg.solve(matrix, whitened).reshape(3, 6, 6).numpy())
        total[:, y0:y1, x0:x1] += patches[-1]
        count[y0:y1, x0:x1] += 1
    seen = deprocess(bundle.poster, bundle.layout, bundle.preprocessing)
    alone = count == 1  # where one patch lies, blending has no say
    values = np.concatenate([patch.ravel() for patch in patches])
    pixels = seen.patches.transpose(0, 3, 1, 2).ravel().astype(float)
    between = (pixels > 0) & (pixels < 255)
    slope, offset = np.polyfit(values[between], pixels[between], 1)
    np.testing.assert_allclose(pixels[between], slope * values[between] + offset, atol=0.6)
    shown, expected = seen.poster.transpose(2, 0, 1)[:, alone], slope * total[:, alone] + offset
    np.testing.assert_allclose(shown, expected.clip(0, 255), atol=0.6)


def test_real_images_survive_whitening_and_its_undoing(digits_bundle: PosterBundle) -> None:
    """Its own mean and norm are lost; what is left is the image up to brightness and contrast."""
    image = np.random.default_rng(0).integers(0, 256, (1, 8, 8, 1), dtype=np.uint8)
    whitened = digits_bundle.preprocessing.apply(image)[0]
    layout = PosterLayout((8, 8), (8, 8), (1, 1), (1, 1), (8, 8))
    seen = deprocess(whitened, layout, digits_bundle.preprocessing).poster.ravel()
    assert np.corrcoef(seen, image.ravel())[0, 1] > 0.999


@pytest.mark.parametrize("name", ["color_bundle", "digits_bundle"])
def test_a_bundles_pictures_have_the_posters_size(name: str, request: pytest.FixtureRequest) -> None:
    bundle: PosterBundle = request.getfixturevalue(name)
    width, height = bundle.layout.poster
    for pixels in (bundle_deprocessed_pixels(bundle), bundle_trained_pixels(bundle)):
        assert pixels.shape == (height, width, len(bundle.poster))
        assert pixels.dtype == np.uint8
        assert pixels.std() > 20  # neither flat nor all black and white
        assert np.mean((pixels == 0) | (pixels == 255)) < 0.05
