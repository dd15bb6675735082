"""Tests of the decoding of single files: transparency, color modes, metadata, messages and limits."""

import errno
import os
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from data_samples import class_folders, noise, picture
from image_samples import chunk, png, tiff, write
from PIL import Image, ImageCms, ImageFile, PngImagePlugin

from podd_engine.data import image_decoding, image_errors, quiet_pillow
from podd_engine.data.image_decoding import decode, smaller_side
from podd_engine.data.image_folder import scan_folder
from podd_engine.errors import DataError
from podd_engine.progress import ignore_progress

SIZE = 8
WHITE = 255


# --- transparency ---------------------------------------------------------------------------------


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_transparent_gray_value_becomes_white(tmp_path: Path, bits: int) -> None:
    values = np.zeros((SIZE, SIZE), np.int64)
    values[:4] = 1
    key = chunk(b"tRNS", struct.pack(">H", 0))
    values_on_white = decode(write(tmp_path, "a.png", png(values, 0, bits, key)), SIZE)
    assert (values_on_white[4:] == WHITE).all()
    assert (values_on_white[:4] == 255 // (2**bits - 1)).all()
    key = chunk(b"tRNS", struct.pack(">H", 1))
    values_on_white = decode(write(tmp_path, "b.png", png(values, 0, bits, key)), SIZE)
    assert (values_on_white[:4] == WHITE).all()
    assert (values_on_white[4:] == 0).all()


@pytest.mark.parametrize("alphas", [b"\0\xff", b"\0", b"\0" + b"\xff" * 299])
def test_transparent_palette_entry_becomes_white(tmp_path: Path, alphas: bytes) -> None:
    values = np.zeros((SIZE, SIZE), np.int64)
    values[:4] = 1
    palette = chunk(b"PLTE", bytes([10, 20, 30, 200, 0, 0])) + chunk(b"tRNS", alphas)
    pixels = decode(write(tmp_path, "a.png", png(values, 3, 8, palette)), SIZE)
    assert (pixels[4:] == WHITE).all()
    assert (pixels[:4] == (200, 0, 0)).all()


def test_partly_transparent_palette_entry_is_mixed_with_white(tmp_path: Path) -> None:
    palette = chunk(b"PLTE", bytes(6)) + chunk(b"tRNS", b"\x80\x40")
    pixels = decode(write(tmp_path, "a.png", png(np.zeros((SIZE, SIZE), int), 3, 8, palette)), SIZE)
    assert (pixels == 127).all()


def test_transparent_color_becomes_white(tmp_path: Path) -> None:
    image = Image.new("RGB", (SIZE, SIZE), (1, 2, 3))
    image.paste((9, 9, 9), (0, 0, SIZE, 4))
    path = tmp_path / "a.png"
    image.save(path, transparency=(1, 2, 3))
    pixels = decode(path, SIZE)
    assert (pixels[:4] == 9).all()
    assert (pixels[4:] == WHITE).all()


@pytest.mark.parametrize(
    ("mode", "suffix"),
    [
        *[("LA", ".png"), ("LA", ".tif"), ("LA", ".tga"), ("PA", ".tif")],
        *[("RGBA", ".png"), ("RGBA", ".tif"), ("RGBA", ".tga"), ("RGBA", ".webp"), ("RGBA", ".gif")],
        *[("RGBA", ".ico"), ("RGBA", ".dds"), ("RGBA", ".sgi"), ("RGBA", ".jp2")],
    ],
)
def test_alpha_channel_is_composited_over_white(tmp_path: Path, mode: str, suffix: str) -> None:
    image = Image.new("RGBA", (SIZE, SIZE), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, SIZE, 4))
    path = tmp_path / f"a{suffix}"
    image.convert(mode).save(path, **({"lossless": True} if suffix == ".webp" else {}))
    pixels = decode(path, SIZE)
    assert (pixels[:4] == 0).all()
    assert (pixels[4:] == WHITE).all()


@pytest.mark.parametrize(("channels", "photometric"), [(2, 1), (4, 2)])
@pytest.mark.parametrize("dtype", ["u1", "u2"])
def test_premultiplied_alpha_is_composited_over_white(
    tmp_path: Path, channels: int, photometric: int, dtype: str
) -> None:
    if channels == 2 and dtype == "u2":
        pytest.skip("Pillow does not read this format")
    full = np.iinfo(dtype).max
    values = np.zeros((SIZE, SIZE, channels), dtype)
    values[:4, :, 0] = values[:4, :, -1] = full // 2  # half transparent red or white
    data = tiff(values, photometric=photometric, extra_samples=[1])
    pixels = decode(write(tmp_path, "a.tif", data), SIZE).astype(int)
    others = 255 if channels == 2 else 128
    assert np.abs(pixels[:4] - (255, others, others)).max() <= 1
    assert (pixels[4:] == WHITE).all()


def test_16_bit_rgba_is_composited_over_white(tmp_path: Path) -> None:
    values = np.zeros((SIZE, SIZE, 4), np.int64)
    values[:4] = (65535, 0, 0, 65535)
    pixels = decode(write(tmp_path, "a.png", png(values, 6)), SIZE)
    assert (pixels[:4] == (255, 0, 0)).all()
    assert (pixels[4:] == WHITE).all()


# --- color modes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "suffix"),
    [
        ("CMYK", ".jpg"),
        ("CMYK", ".tif"),
        ("YCbCr", ".jpg"),
        ("YCbCr", ".tif"),
        ("RGBX", ".tif"),
    ],
)
def test_color_modes_give_the_same_color(tmp_path: Path, mode: str, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    Image.new("RGB", (SIZE, SIZE), (200, 100, 50)).convert(mode).save(path)
    assert np.abs(decode(path, SIZE).astype(int) - (200, 100, 50)).max() <= 3


def test_lab_tiff_gives_the_same_color(tmp_path: Path) -> None:
    to_lab = ImageCms.buildTransform(
        ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB"
    )
    image = to_lab.apply(Image.new("RGB", (SIZE, SIZE), (200, 100, 50)))
    path = tmp_path / "a.tif"
    image.save(path)
    assert np.abs(decode(path, SIZE).astype(int) - (200, 100, 50)).max() <= 3


def test_bilevel_image_is_black_and_white(tmp_path: Path) -> None:
    image = Image.new("1", (SIZE, SIZE), 0)
    image.paste(1, (0, 0, SIZE, 4))
    for suffix in (".png", ".tif", ".bmp", ".pbm", ".pcx", ".xbm", ".msp"):
        path = tmp_path / f"a{suffix}"
        image.save(path)
        pixels = decode(path, SIZE)
        assert {int(pixels[0, 0, 0]), int(pixels[7, 7, 0])} == {0, 255}


# --- size -----------------------------------------------------------------------------------------


def available(monkeypatch: pytest.MonkeyPatch, size: float) -> None:
    for module in (image_decoding, image_errors, quiet_pillow):
        monkeypatch.setattr(module, "available_cpu_memory_bytes", lambda: int(size))


def test_image_beyond_the_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "scan.ppm", b"P6 20000 10000 255 ")
    available(monkeypatch, 1.2e9)
    with pytest.raises(DataError) as caught:
        decode(path, SIZE)
    assert str(caught.value) == (
        f"{path}: image of 200 megapixels needs 1.6 GB of memory, but only 1.2 GB are available; close other "
        "programs or reduce the image"
    )


def test_large_jpeg_is_reduced_before_the_memory_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "panorama.jpg"
    Image.new("RGB", (8000, 4000), (200, 100, 50)).save(path)
    available(monkeypatch, 300e6)
    monkeypatch.setattr(image_decoding, "LARGE_IMAGE_BYTES", 10e6)
    assert np.abs(decode(path, SIZE).astype(int) - (200, 100, 50)).max() <= 3


def test_images_beyond_the_limit_of_pillow_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    for suffix in (".png", ".jpg", ".gif", ".tif", ".webp"):
        assert decode(noise(tmp_path / f"a{suffix}", 0, 40), SIZE).shape == (SIZE, SIZE, 3)
    assert smaller_side(tmp_path / "a.png") == 40


@pytest.mark.slow
def test_200_megapixels_are_read(tmp_path: Path) -> None:
    path = tmp_path / "satellite.png"
    Image.new("1", (20_000, 10_000), 1).save(path)
    assert (decode(path, SIZE) == WHITE).all()


def test_image_in_an_icon_beyond_the_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = png(np.zeros((SIZE, SIZE, 3), int), 2, 8)
    content = content.replace(struct.pack(">II", SIZE, SIZE), struct.pack(">II", 20_000, 10_000))
    content = content[:29] + struct.pack(">I", zlib.crc32(content[12:29])) + content[33:]
    header = struct.pack("<HHHBBBBHHII", 0, 1, 1, 0, 0, 0, 0, 1, 32, len(content), 22)
    path = write(tmp_path, "a.ico", header + content)
    available(monkeypatch, 1.2e9)
    with pytest.raises(DataError, match=r"a\.ico: image of 200 megapixels needs 1\.6 GB of memory"):
        decode(path, SIZE)


# --- errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error",
    [
        struct.error("unpack requires a buffer of 4 bytes"),
        IndexError("index out of range"),
        SyntaxError("broken file"),
        ZeroDivisionError("division by zero"),
        ValueError("several\nlines"),
        AttributeError("'IFDRational' object has no attribute 'encode'"),
        KeyError(273),
        AssertionError(),
        RecursionError("maximum recursion depth exceeded"),
        OverflowError("Python int too large to convert to C long"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
        zlib.error("Error -3"),
        EOFError(),
        OSError("broken data stream when reading image file"),
        OSError(errno.EINVAL, "Invalid argument"),
        NotImplementedError("format 9"),
        TypeError("an integer is required"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_every_exception_names_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def load(self: ImageFile.ImageFile) -> None:
        raise error

    path = picture(tmp_path / "a.png", 7)
    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", load, raising=False)
    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    with pytest.raises(DataError) as caught:
        decode(path, SIZE)
    message = str(caught.value)
    assert message.startswith(f"{path}: file cannot be read as an image (PNG: ")
    assert message.endswith("; replace or delete the file")
    assert "\n" not in message


def raise_in(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def open_image(*arguments: object, **options: object) -> None:
        raise error

    monkeypatch.setattr(Image, "open", open_image)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            PermissionError(errno.EACCES, "Permission denied"),
            "cannot be read (permission denied); change its permissions",
        ),
        (
            OSError(errno.EIO, "Input/output error"),
            "cannot be read (the drive reports an input/output error); check the drive and copy the files "
            "again",
        ),
        (
            OSError(errno.ELOOP, "Too many levels of symbolic links"),
            "cannot be read (its symbolic links form a loop); correct or delete the links",
        ),
        (
            MemoryError(),
            "image does not fit into memory; close other programs or use smaller images",
        ),
    ],
)
def test_errors_of_the_system_have_their_own_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, expected: str
) -> None:
    path = picture(tmp_path / "a.png", 7)
    raise_in(monkeypatch, error)
    with pytest.raises(DataError) as caught:
        decode(path, SIZE)
    assert str(caught.value) == f"{path}: {expected}"


def test_keyboard_interrupt_is_not_an_error_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raise_in(monkeypatch, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        decode(picture(tmp_path / "a.png", 7), SIZE)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda path: path.mkdir(), "cannot be read (it is a folder); choose a file"),
        (lambda path: path.symlink_to(path), "cannot be read (its symbolic links form a loop)"),
        (lambda path: path.write_bytes(b""), "file cannot be read as an image (file is empty); replace"),
        (lambda path: path.write_bytes(b"q"), "file cannot be read as an image (unknown format);"),
        (lambda path: path.write_bytes(b"\0\0"), "file cannot be read as an image (unknown format);"),
        (
            lambda path: path.write_bytes(b"\0" * 99),
            "file cannot be read as an image (unknown format); replace",
        ),
        (lambda path: None, "file is missing; the dataset is incomplete"),
    ],
)
def test_files_that_are_no_images(tmp_path: Path, make: Callable[[Path], object], expected: str) -> None:
    path = tmp_path / "a.png"
    make(path)
    with pytest.raises(DataError, match=re.escape(f"{path}: {expected}")):
        decode(path, SIZE)
    with pytest.raises(DataError, match=re.escape(f"{path}: {expected}")):
        smaller_side(path)


def test_unsupported_variant_of_a_format_is_named(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.jpg", 7)
    data = path.read_bytes()
    start = data.index(b"\xff\xc0") + 4
    path.write_bytes(data[:start] + b"\x0c" + data[start + 1 :])  # 12 bits per channel
    with pytest.raises(DataError) as caught:
        decode(path, SIZE)
    assert str(caught.value) == (
        f"{path}: file cannot be read as an image (JPEG: cannot handle 12-bit layers); convert the file to "
        "JPEG or PNG"
    )


def test_file_without_permission_is_named(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", 7)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read every file")
    with pytest.raises(DataError, match="change its permissions"):
        decode(path, SIZE)


def test_all_unreadable_files_are_named(tmp_path: Path) -> None:
    class_folders(tmp_path, {"a": 6})
    (tmp_path / "a" / "000.png").write_text("text")
    write(tmp_path / "a", "001.png", b"\0\0\0\x18ftypheic")
    with pytest.raises(DataError) as caught:
        scan_folder(tmp_path, 0.3).read(SIZE, ignore_progress)
    assert str(caught.value).startswith("2 files cannot be read: ")
    assert "001.png: HEIC is not supported; convert the file to JPEG or PNG" in str(caught.value)
