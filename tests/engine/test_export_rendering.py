"""Tests of poster rendering: inverted preprocessing, blending and scaling."""

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
STANDARDIZE = Preprocessing(
    "standardize", {"mean": torch.tensor([0.5, 0.4, 0.3]), "deviation": torch.tensor([0.2, 0.3, 0.1])}
)


def random_image(seed: int = 0) -> torch.Tensor:
    """Return a random poster with values from 0 to 1, [3, 14, 20]."""
    return torch.rand((3, 14, 20), generator=torch.Generator().manual_seed(seed))


def standardized(image: torch.Tensor) -> torch.Tensor:
    mean, deviation = STANDARDIZE.tensors["mean"], STANDARDIZE.tensors["deviation"]
    return (image - mean[:, None, None]) / deviation[:, None, None]


def test_trained_pixels_scale_linearly_from_black_to_white() -> None:
    poster = torch.tensor([[[-2.0, -1.0, 0.0, 2.0]]])
    np.testing.assert_array_equal(trained_pixels(poster), np.array([[[0], [64], [128], [255]]], np.uint8))


def test_channels_come_last_and_share_one_scale() -> None:
    poster = torch.zeros(3, 2, 4)
    poster[1, 0, 3], poster[2, 1, 0] = 1.0, -1.0
    pixels = trained_pixels(poster)
    assert pixels.shape == (2, 4, 3)
    assert pixels.dtype == np.uint8
    assert (pixels[0, 3, 1], pixels[1, 0, 2], pixels[0, 0, 0]) == (255, 0, 128)


def test_constant_poster_is_mid_gray() -> None:
    assert np.unique(trained_pixels(torch.full((1, 3, 3), 4.0))).tolist() == [128]


def test_deprocess_inverts_standardization() -> None:
    image = random_image()
    deprocessed = deprocess(standardized(image).numpy(), LAYOUT, STANDARDIZE)
    low, high = np.percentile(image.numpy(), (0.5, 99.5))
    expected = ((image - low) / (high - low)).clamp(0, 1).mul(255).permute(1, 2, 0).numpy()
    np.testing.assert_allclose(deprocessed.poster, expected, atol=0.51)


def test_deprocessed_patches_have_the_scale_of_the_poster() -> None:
    deprocessed = deprocess(standardized(random_image()), LAYOUT, STANDARDIZE)
    for patch, (x0, y0, x1, y1) in zip(deprocessed.patches, LAYOUT.windows, strict=True):
        np.testing.assert_allclose(patch.astype(int), deprocessed.poster[y0:y1, x0:x1].astype(int), atol=1)


def test_result_does_not_depend_on_brightness_and_contrast() -> None:
    image = random_image()
    low_contrast = deprocess(standardized(0.4 + 0.1 * image), LAYOUT, STANDARDIZE).poster
    high_contrast = deprocess(standardized(5 * image - 2), LAYOUT, STANDARDIZE).poster
    np.testing.assert_allclose(low_contrast.astype(int), high_contrast.astype(int), atol=1)


def test_single_outlier_does_not_change_the_scale() -> None:
    layout = PosterLayout((60, 40), (6, 6), (15, 10), (3, 2), (20, 20))
    image = torch.rand((3, 40, 60), generator=torch.Generator().manual_seed(0))
    without_outlier = deprocess(standardized(image), layout, STANDARDIZE).poster
    image[:, 20, 30] = 1000.0
    with_outlier = deprocess(standardized(image), layout, STANDARDIZE).poster
    assert with_outlier[20, 30].tolist() == [255, 255, 255]
    assert np.abs(with_outlier.astype(int) - without_outlier.astype(int)).mean() < 2


def test_whitening_is_inverted_patch_by_patch(color_bundle: PosterBundle) -> None:
    bundle, matrix = color_bundle, color_bundle.preprocessing.tensors["matrix"].double()
    patches, total, count = [], np.zeros((3, 14, 20)), np.zeros((14, 20))
    for x0, y0, x1, y1 in bundle.layout.windows:
        whitened = bundle.poster[:, y0:y1, x0:x1].double().flatten()
        patches.append(torch.linalg.solve(matrix, whitened).reshape(3, 6, 6).numpy())
        total[:, y0:y1, x0:x1] += patches[-1]
        count[y0:y1, x0:x1] += 1
    deprocessed = deprocess(bundle.poster, bundle.layout, bundle.preprocessing)
    single = count == 1  # pixels covered by one patch, which blending does not change
    values = np.concatenate([patch.ravel() for patch in patches])
    pixels = deprocessed.patches.transpose(0, 3, 1, 2).ravel().astype(float)
    between = (pixels > 0) & (pixels < 255)
    slope, offset = np.polyfit(values[between], pixels[between], 1)
    np.testing.assert_allclose(pixels[between], slope * values[between] + offset, atol=0.6)
    actual, expected = deprocessed.poster.transpose(2, 0, 1)[:, single], slope * total[:, single] + offset
    np.testing.assert_allclose(actual, expected.clip(0, 255), atol=0.6)


def test_inverted_whitening_restores_a_real_image(digits_bundle: PosterBundle) -> None:
    """Whitening removes the mean and the norm, so brightness and contrast may differ."""
    image = np.random.default_rng(0).integers(0, 256, (1, 8, 8, 1), dtype=np.uint8)
    whitened = digits_bundle.preprocessing.apply(image)[0]
    layout = PosterLayout((8, 8), (8, 8), (1, 1), (1, 1), (8, 8))
    restored = deprocess(whitened, layout, digits_bundle.preprocessing).poster.ravel()
    assert np.corrcoef(restored, image.ravel())[0, 1] > 0.999


@pytest.mark.parametrize("name", ["color_bundle", "digits_bundle"])
def test_rendered_bundle_has_the_poster_size(name: str, request: pytest.FixtureRequest) -> None:
    bundle: PosterBundle = request.getfixturevalue(name)
    width, height = bundle.layout.poster
    for pixels in (bundle_deprocessed_pixels(bundle), bundle_trained_pixels(bundle)):
        assert pixels.shape == (height, width, len(bundle.poster))
        assert pixels.dtype == np.uint8
        assert pixels.std() > 20  # the image has contrast and is not only black and white
        assert np.mean((pixels == 0) | (pixels == 255)) < 0.05
