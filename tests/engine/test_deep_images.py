"""Tests of images with more than 8 bits per channel."""

from pathlib import Path

import numpy as np
import pytest
from data_samples import picture
from image_samples import chunk, png, tiff
from PIL import Image

from podd_engine.data.dataset import DecodedImages
from podd_engine.data.image_decoding import decode
from podd_engine.data.image_folder import scan_folder
from podd_engine.errors import DataError
from podd_engine.progress import Progress, ignore_progress

SIZE = 8


def ramp(low: float, high: float, dtype: str) -> np.ndarray:
    """Return [SIZE, SIZE] values from low to high."""
    return np.linspace(low, high, SIZE * SIZE).round().reshape(SIZE, SIZE).astype(dtype)


def scaled(values: np.ndarray, low: float, high: float) -> np.ndarray:
    low, high = float(low), float(high)
    return ((values.astype(np.float64) - low) * (255 / (high - low))).round().astype(np.uint8)


def read_two(tmp_path: Path, first: bytes, second: bytes, suffix: str) -> DecodedImages:
    """Read a training image and a test image."""
    for part, data in (("train", first), ("test", second)):
        path = tmp_path / part / "a" / f"0{suffix}"
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
    return scan_folder(tmp_path, 0.5).read(SIZE, ignore_progress)


def pgm(values: np.ndarray, maximum: int, plain: bool = False) -> bytes:
    height, width = values.shape
    header = f"{'P2' if plain else 'P5'} {width} {height} {maximum}\n".encode()
    return header + (" ".join(map(str, values.ravel())).encode() if plain else values.astype(">u2").tobytes())


FILES = {
    "png": (".png", lambda values: png(values, 0)),
    "tiff": (".tif", tiff),
    "tiff big-endian": (".tif", lambda values: tiff(values, ">")),
    "tiff compressed": (".tif", lambda values: tiff(values, compressed=True)),
    "tiff big-endian compressed": (".tif", lambda values: tiff(values, ">", compressed=True)),
    "pgm 12 bits": (".pgm", lambda values: pgm(values, 4095)),
    "pgm 16 bits": (".pgm", lambda values: pgm(values, 65535)),
    "pgm text": (".pgm", lambda values: pgm(values, 4095, plain=True)),
}


@pytest.mark.parametrize("name", FILES)
def test_train_and_test_images_are_scaled_by_one_range(tmp_path: Path, name: str) -> None:
    suffix, write = FILES[name]
    dark, light = ramp(100, 900, "u2"), ramp(800, 4095, "u2")
    decoded = read_two(tmp_path, write(dark), write(light), suffix)
    assert np.array_equal(decoded.train.images[0, ..., 0], scaled(dark, 100, 4095))
    assert np.array_equal(decoded.test.images[0, ..., 0], scaled(light, 100, 4095))
    assert decoded.notices == (
        "2 images have more than 8 bits per channel: values from 100 to 4095 are scaled to 0 to 255",
    )


@pytest.mark.parametrize(
    ("low", "high", "dtype"),
    [
        (0, 255, "u2"),
        (0, 15, "u2"),
        (33069, 36863, "u2"),
        (-1000, 3000, "i2"),
        (-1000, 3000, "i4"),
        (-(2**31), 2**31 - 1, "i4"),
        (0, 1e9, "i4"),
        (0, 1, "f4"),
        (-2.5e30, 1e30, "f4"),
    ],
)
@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("order", ["<", ">"])
def test_gray_tiff_uses_0_to_255(
    tmp_path: Path, low: float, high: float, dtype: str, compressed: bool, order: str
) -> None:
    values = np.linspace(low, high, SIZE * SIZE).reshape(SIZE, SIZE)
    values = (values if dtype == "f4" else values.round()).astype(dtype)
    path = tmp_path / "deep.tif"
    path.write_bytes(tiff(values, order, compressed=compressed))
    assert np.array_equal(decode(path, SIZE)[..., 1], scaled(values, values.min(), values.max()))


def test_unsigned_32_bit_tiff_exceeds_signed_values(tmp_path: Path) -> None:
    values = ramp(0, 2**32 - 1, "u4")
    (tmp_path / "deep.tif").write_bytes(tiff(values))
    assert np.array_equal(decode(tmp_path / "deep.tif", SIZE)[..., 0], scaled(values, 0, 2**32 - 1))


def test_white_is_zero_in_16_bit_tiff(tmp_path: Path) -> None:
    values = ramp(0, 65535, "u2")
    (tmp_path / "deep.tif").write_bytes(tiff(values, photometric=0))
    assert np.array_equal(decode(tmp_path / "deep.tif", SIZE)[..., 0], 255 - scaled(values, 0, 65535))


def test_pfm_and_fits_are_scaled(tmp_path: Path) -> None:
    values = ramp(-300, 5000, "f4")
    (tmp_path / "a.pfm").write_bytes(f"Pf {SIZE} {SIZE} -1.0\n".encode() + values[::-1].tobytes())
    cards = {"SIMPLE": "T", "BITPIX": "-32", "NAXIS": "2", "NAXIS1": str(SIZE), "NAXIS2": str(SIZE)}
    header = "".join(f"{key:8}= {value:>20}".ljust(80) for key, value in cards.items()) + "END"
    (tmp_path / "a.fits").write_bytes(header.ljust(2880).encode() + values[::-1].astype(">f4").tobytes())
    for name in ("a.pfm", "a.fits"):
        assert np.array_equal(decode(tmp_path / name, SIZE)[..., 0], scaled(values, -300, 5000))


def test_full_16_bit_range_keeps_its_values(tmp_path: Path) -> None:
    values = ramp(0, 65535, "u2")
    (tmp_path / "deep.png").write_bytes(png(values, 0))
    assert np.array_equal(decode(tmp_path / "deep.png", SIZE)[..., 2], (values / 257).round())


@pytest.mark.parametrize(("value", "expected"), [(0, 0), (257 * 100, 100), (65535, 255)])
def test_images_of_a_single_value_use_the_16_bit_range(tmp_path: Path, value: int, expected: int) -> None:
    (tmp_path / "flat.png").write_bytes(png(np.full((SIZE, SIZE), value), 0))
    assert (decode(tmp_path / "flat.png", SIZE) == expected).all()


def test_8_bit_images_keep_their_values_beside_deep_images(tmp_path: Path) -> None:
    values = ramp(0, 4095, "u2")
    for number in range(3):
        picture(tmp_path / "a" / f"{number}.png", 30)
    (tmp_path / "a" / "3.png").write_bytes(png(values, 0))
    seen: list[Progress] = []
    decoded = scan_folder(tmp_path, 0.25).read(SIZE, seen.append)
    images = np.concatenate([decoded.train.images, decoded.test.images])
    assert sum((image == 30).all() for image in images) == 3
    assert sum(np.array_equal(image[..., 0], scaled(values, 0, 4095)) for image in images) == 1
    (notice,) = decoded.notices
    assert notice == (
        "1 image has more than 8 bits per channel: values from 0 to 4095 are scaled to 0 to 255, and images "
        "with 8 bits keep their values"
    )
    assert seen == [
        Progress("reading images", 0, 4),
        Progress("reading images", 4, 4),
        Progress("scaling images", 0, 1),
        Progress("scaling images", 1, 1),
    ]


def test_8_bit_images_give_no_notice(tmp_path: Path) -> None:
    for number in range(3):
        picture(tmp_path / "a" / f"{number}.png", 30)
    assert scan_folder(tmp_path, 0.25).read(SIZE, ignore_progress).notices == ()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite_are_rejected(tmp_path: Path, value: float) -> None:
    values = ramp(0, 9, "f4")
    values[2, 3] = value
    path = tmp_path / "height.tif"
    path.write_bytes(tiff(values))
    with pytest.raises(DataError, match=r"height\.tif: pixels are infinite or not a number \(NaN\); replace"):
        decode(path, SIZE)


# --- color ----------------------------------------------------------------------------------------


def color(channels: int, high: int = 4095) -> np.ndarray:
    values = np.random.default_rng(0).integers(0, high, (SIZE, SIZE, channels)).astype("u2")
    values[0, 0, :3], values[0, 1, :3] = 0, high
    if channels in (2, 4):
        values[..., -1] = 65535
    return values


COLOR_FILES = {
    "png": (".png", lambda values: png(values, 2)),
    "png with alpha": (".png", lambda values: png(np.dstack([values, np.full((SIZE, SIZE), 65535)]), 6)),
    "tiff": (".tif", lambda values: tiff(values, photometric=2)),
    "tiff big-endian": (".tif", lambda values: tiff(values, ">", photometric=2)),
    "tiff compressed": (".tif", lambda values: tiff(values, photometric=2, compressed=True)),
    "tiff big-endian compressed": (".tif", lambda values: tiff(values, ">", photometric=2, compressed=True)),
    "tiff planar": (".tif", lambda values: tiff(values, photometric=2, planar=True)),
    "tiff big-endian planar": (".tif", lambda values: tiff(values, ">", photometric=2, planar=True)),
}


@pytest.mark.parametrize("name", COLOR_FILES)
def test_color_with_12_of_16_bits_uses_0_to_255(tmp_path: Path, name: str) -> None:
    suffix, write = COLOR_FILES[name]
    values = color(3)
    path = tmp_path / f"deep{suffix}"
    path.write_bytes(write(values))
    assert np.array_equal(decode(path, SIZE), scaled(values, 0, 4095))


def test_compressed_planes_of_16_bits_are_read(tmp_path: Path) -> None:
    values = color(3, 65535)
    path = tmp_path / "deep.tif"
    path.write_bytes(tiff(values, photometric=2, planar=True, compressed=True))
    assert np.array_equal(decode(path, SIZE), values >> 8)


def test_gray_with_alpha_and_12_of_16_bits_uses_0_to_255(tmp_path: Path) -> None:
    values = color(2)
    values[0, 1, 0] = 4095
    values[7, :, 1] = 0
    (tmp_path / "deep.png").write_bytes(png(values, 4))
    pixels = decode(tmp_path / "deep.png", SIZE)
    assert np.array_equal(pixels[:7, :, 0], scaled(values[:7, :, 0], 0, 4095))
    assert (pixels[7] == 255).all()


# --- transparency ---------------------------------------------------------------------------------


def test_transparent_gray_value_becomes_white_and_does_not_count_for_the_range(tmp_path: Path) -> None:
    values = ramp(0, 4095, "u2")
    values[:4] = 65535
    (tmp_path / "deep.png").write_bytes(png(values, 0, chunks=chunk(b"tRNS", b"\xff\xff")))
    pixels = decode(tmp_path / "deep.png", SIZE)
    assert (pixels[:4] == 255).all()
    assert np.array_equal(pixels[4:, :, 0], scaled(values[4:], values[4:].min(), 4095))


def test_transparent_color_becomes_white(tmp_path: Path) -> None:
    values = color(3)
    values[:4] = (1, 2, 3)
    values[5, 5] = (1, 2, 4)  # has the same high bytes
    transparent = chunk(b"tRNS", b"\0\1\0\2\0\3")
    (tmp_path / "deep.png").write_bytes(png(values, 2, chunks=transparent))
    pixels = decode(tmp_path / "deep.png", SIZE)
    assert (pixels[:4] == 255).all()
    assert (pixels[5, 5] == 0).all()


def test_image_without_visible_pixels_is_white(tmp_path: Path) -> None:
    values = np.full((SIZE, SIZE), 7)
    (tmp_path / "deep.png").write_bytes(png(values, 0, chunks=chunk(b"tRNS", b"\0\7")))
    assert (decode(tmp_path / "deep.png", SIZE) == 255).all()


def test_orientation_of_deep_images_is_applied(tmp_path: Path) -> None:
    values = ramp(0, 4095, "u2")
    exif = Image.Exif()
    exif[0x0112] = 6
    (tmp_path / "a.png").write_bytes(png(values, 0, chunks=chunk(b"eXIf", exif.tobytes()[6:])))
    (tmp_path / "a.tif").write_bytes(tiff(values, tags=[(0x0112, 3, [6])]))
    deep_color = color(3)
    (tmp_path / "color.tif").write_bytes(tiff(deep_color, photometric=2, tags=[(0x0112, 3, [6])]))
    for name in ("a.png", "a.tif"):
        assert np.array_equal(decode(tmp_path / name, SIZE)[..., 0], np.rot90(scaled(values, 0, 4095), -1))
    turned = np.rot90(scaled(deep_color, 0, 4095), -1)
    assert np.array_equal(decode(tmp_path / "color.tif", SIZE), turned)
