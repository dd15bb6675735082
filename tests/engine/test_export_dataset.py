"""Tests of `load_poster` and `PosterDataset`."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from python_process import run_python
from torch.utils.data import DataLoader

import podd_engine
from podd_engine.data.image_decoding import decode
from podd_engine.errors import DataError, RunError
from podd_engine.exporters.poster_dataset import PosterDataset
from podd_engine.runs import PreparedRun
from podd_engine.runs.bundle import PosterBundle


@pytest.fixture(scope="module")
def digits(digits_run: Path) -> PosterDataset:
    poster: PosterDataset = podd_engine.load_poster(digits_run / "best.safetensors")
    return poster


@pytest.fixture(scope="module")
def color(color_bundle: PosterBundle) -> PosterDataset:
    return PosterDataset(color_bundle)


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, shape, dtype=np.uint8)


def test_items_are_patches_and_soft_labels(color: PosterDataset) -> None:
    assert len(color) == 15
    for index, (x0, y0, x1, y1) in enumerate(color.layout.windows):
        patch, label = color[index]
        assert patch.dtype == label.dtype == torch.float32
        assert torch.equal(patch, color.bundle.poster[:, y0:y1, x0:x1])
        assert torch.equal(label, color.bundle.patch_labels[index])
    assert len(list(color)) == 15


def test_dataset_works_with_a_data_loader(digits: PosterDataset) -> None:
    batches = list(DataLoader(digits, batch_size=20, shuffle=True))
    assert [patches.shape for patches, _ in batches] == [(20, 1, 8, 8), (20, 1, 8, 8), (10, 1, 8, 8)]
    torch.testing.assert_close(torch.cat([labels for _, labels in batches]).sum(dim=1), torch.ones(50))


def test_dataset_has_channels_image_size_and_class_names(color: PosterDataset, digits: PosterDataset) -> None:
    assert (digits.channels, digits.image_size, digits.class_names) == (1, 8, tuple("0123456789"))
    assert (color.channels, color.image_size, len(color.class_names)) == (3, 6, 6)


def test_real_images_get_the_preprocessing_of_the_run(
    digits: PosterDataset, prepared_digits: PreparedRun
) -> None:
    data = prepared_digits.data
    torch.testing.assert_close(digits.preprocess(data.dataset.test_images), data.test)
    torch.testing.assert_close(digits.preprocess(torch.from_numpy(data.dataset.test_images)), data.test)


def test_single_image_gives_a_batch_of_one(digits: PosterDataset, color: PosterDataset) -> None:
    gray, rgb = noise(8, 8), noise(6, 6, 3)
    torch.testing.assert_close(digits.preprocess(gray), digits.preprocess(gray[None, :, :, None]))
    torch.testing.assert_close(digits.preprocess(gray[..., None]), digits.preprocess(gray[None, :, :, None]))
    torch.testing.assert_close(color.preprocess(rgb), color.preprocess(rgb[None]))
    assert color.preprocess(rgb).shape == (1, 3, 6, 6)


def test_read_only_and_mirrored_arrays_are_accepted(color: PosterDataset) -> None:
    image = noise(6, 6, 3)
    read_only = image.copy()
    read_only.flags.writeable = False
    torch.testing.assert_close(color.preprocess(read_only), color.preprocess(image))
    torch.testing.assert_close(color.preprocess(image[:, ::-1]), color.preprocess(image[:, ::-1].copy()))


def test_pillow_images_equal_their_pixel_arrays(digits: PosterDataset, color: PosterDataset) -> None:
    gray, rgb = noise(8, 8), noise(2, 6, 6, 3)
    torch.testing.assert_close(digits.preprocess(Image.fromarray(gray)), digits.preprocess(gray))
    pictures = [Image.fromarray(pixels) for pixels in rgb]
    torch.testing.assert_close(color.preprocess(pictures), color.preprocess(rgb))


def test_color_and_gray_images_are_converted(digits: PosterDataset, color: PosterDataset) -> None:
    gray = noise(3, 8, 8, 1)
    torch.testing.assert_close(digits.preprocess(gray.repeat(3, axis=3)), digits.preprocess(gray))
    small = noise(3, 6, 6, 1)
    torch.testing.assert_close(color.preprocess(small), color.preprocess(small.repeat(3, axis=3)))
    rgb = noise(8, 8, 3)
    luma = (rgb @ np.array([0.299, 0.587, 0.114])).round().astype(np.uint8)
    torch.testing.assert_close(digits.preprocess(rgb), digits.preprocess(luma), atol=0.1, rtol=0)


def test_transparent_pixels_become_white(color: PosterDataset) -> None:
    transparent = np.zeros((6, 6, 4), np.uint8)
    transparent[:3, :, 3] = 255
    on_white = transparent[..., :3].copy()
    on_white[3:] = 255
    torch.testing.assert_close(color.preprocess(transparent), color.preprocess(on_white))


def test_images_of_other_sizes_are_resized_like_the_dataset(color: PosterDataset, tmp_path: Path) -> None:
    wide = noise(24, 40, 3)
    Image.fromarray(wide).save(tmp_path / "wide.png")
    as_read = color.preprocess(decode(tmp_path / "wide.png", 6))
    assert as_read.shape == (1, 3, 6, 6)
    torch.testing.assert_close(color.preprocess(wide), as_read)
    with Image.open(tmp_path / "wide.png") as picture:
        torch.testing.assert_close(color.preprocess(picture), as_read)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((2, 6, 6, 3), np.float32), "torch.float32 is not supported; pass uint8"),
        (np.zeros((2, 3, 6, 6), np.uint8), "shape 2 x 3 x 6 x 6 is not supported"),
        (np.zeros(6, np.uint8), "shape 6 is not supported"),
    ],
)
def test_unsupported_arrays_are_rejected(color: PosterDataset, images: np.ndarray, message: str) -> None:
    with pytest.raises(DataError, match=message):
        color.preprocess(images)


@pytest.mark.parametrize("dtype", [np.uint16, np.int32, np.float32])
def test_deep_images_without_a_known_range_are_rejected(color: PosterDataset, dtype: type) -> None:
    with pytest.raises(DataError, match="have no known range; scale the images to 8 bits"):
        color.preprocess(Image.fromarray(np.zeros((6, 6), dtype)))


def test_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"gone\.safetensors: file not found"):
        podd_engine.load_poster(str(tmp_path / "gone.safetensors"))


def test_importing_the_engine_loads_no_torch(tmp_path: Path) -> None:
    program = "import sys, podd_engine; print(sorted({'torch', 'numpy', 'PIL'} & set(sys.modules)))"
    assert run_python(program, tmp_path).strip() == "[]"


def test_unknown_name_raises_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'load_postre'"):
        podd_engine.load_postre  # noqa: B018


def test_engine_has_the_installed_version() -> None:
    try:
        expected = version("podd-studio")
    except PackageNotFoundError:
        pytest.skip("podd-studio is not installed")
    assert podd_engine.__version__ == expected
