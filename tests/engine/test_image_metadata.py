"""Tests that metadata of image files, odd or damaged, do not change the pixels."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from image_samples import chunk, exif_block, png, tiff, write
from PIL import Image

from podd_engine.data.image_decoding import decode

SIZE = 8

RATIONAL, SIGNED_RATIONAL, UNDEFINED = 5, 10, 7
ODD_EXIF = {
    "rational software": exif_block((0x0131, RATIONAL, struct.pack("<II", 72, 1))),
    "resolution -1/0": exif_block((0x011A, SIGNED_RATIONAL, struct.pack("<ii", -1, 0))),
    "resolution 0/0": exif_block((0x011A, RATIONAL, struct.pack("<II", 0, 0))),
    "unknown type": exif_block((0x010F, 99, b"\0" * 8)),
    "value outside": exif_block((0x010F, 2, b""))[:-4],
    "exif directory outside": exif_block((0x8769, 4, b"\xff" * 8)),
    "gps directory is a rational": exif_block((0x8825, RATIONAL, struct.pack("<II", 1, 3))),
    "cut": exif_block((0x010F, 2, b"camera\0\0"))[:40],
}


def half_black() -> Image.Image:
    """Return an image whose left half is black; turned by orientation 6, its upper half is black."""
    image = Image.new("RGB", (32, 32), "white")
    image.paste("black", (0, 0, 16, 32))
    return image


def is_turned(path: Path) -> bool:
    pixels = decode(path, SIZE)
    return bool((pixels[:3] < 30).all() and (pixels[5:] > 225).all())


def is_not_turned(path: Path) -> bool:
    pixels = decode(path, SIZE)
    return bool((pixels[:, :3] < 30).all() and (pixels[:, 5:] > 225).all())


@pytest.mark.parametrize("name", ODD_EXIF)
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
def test_odd_exif_does_not_hide_the_orientation(tmp_path: Path, name: str, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    half_black().save(path, exif=b"Exif\0\0" + ODD_EXIF[name], quality=95)
    assert is_turned(path)


@pytest.mark.parametrize(
    "exif", [b"", b"junk", b"II*\0", b"II*\0\xff\xff\xff\xff", b"MM\0*\0\0\0\x08\xff\xff"]
)
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
def test_unreadable_exif_is_ignored(tmp_path: Path, exif: bytes, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    half_black().save(path, exif=b"Exif\0\0" + exif, quality=95)
    assert is_not_turned(path)


@pytest.mark.parametrize(
    "tag",
    [
        (0x0112, 2, b"6\0"),  # a text
        (0x0112, 3, b"\x09\0"),  # no such orientation
        (0x0112, 3, b"\0\0"),
    ],
)
def test_meaningless_orientation_is_ignored(tmp_path: Path, tag: tuple[int, int, bytes]) -> None:
    number, kind, value = tag
    exif = b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHI", number, kind, len(value) // (3 - kind % 2) or 1)
    path = tmp_path / "a.jpg"
    half_black().save(path, exif=b"Exif\0\0" + exif + value.ljust(4, b"\0") + b"\0" * 4, quality=95)
    assert is_not_turned(path)


UNDO = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""Transposition that turns an upright image into the stored image, by orientation."""


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif"])
def test_every_orientation_is_applied(tmp_path: Path, orientation: int, suffix: str) -> None:
    upright = Image.new("L", (16, 16), 255)
    upright.paste(0, (0, 0, 8, 8))
    upright.paste(100, (8, 0, 16, 8))
    undo = UNDO.get(orientation)
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f"a{suffix}"
    stored = upright if undo is None else upright.transpose(undo)
    stored.convert("RGB").save(path, exif=exif, quality=100)
    assert np.abs(decode(path, 16)[..., 0].astype(int) - np.asarray(upright)).max() <= 12


@pytest.mark.parametrize(
    "tags",
    [
        [(282, 5, [0, 0])],
        [(282, 10, [-1, 0]), (283, 10, [-1, 0]), (296, 3, [3])],
        [(282, 2, [65, 66, 0])],
        [(282, 5, [72, 1, 72, 1])],
        [(305, 5, [72, 1])],
        [(700, 7, [255] * 9)],
        [(34665, 4, [2**32 - 1])],
        [(34665, 5, [1, 3])],
        [(34675, 7, [1, 2, 3, 4, 5])],
        [(34853, 3, [9])],
        [(37510, 99 % 8, [1, 2, 3])],
    ],
)
def test_odd_tiff_tags_are_ignored(tmp_path: Path, tags: list[tuple[int, int, list[int]]]) -> None:
    values = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 3)).astype("u1")
    path = write(tmp_path, "a.tif", tiff(values, photometric=2, tags=[(0x0112, 3, [3]), *tags]))
    assert np.array_equal(decode(path, SIZE), values[::-1, ::-1])


PNG_METADATA = {
    "zTXt of 2 MB": chunk(b"zTXt", b"key\0\0" + zlib.compress(bytes(2_000_000))),
    "iTXt of 2 MB": chunk(b"iTXt", b"key\0\1\0\0\0" + zlib.compress(b"a" * 2_000_000)),
    "tEXt of 70 MB": chunk(b"tEXt", b"key\0" + b"a" * 70_000_000),
    "zTXt of unknown compression": chunk(b"zTXt", b"key\0\7junk"),
    "zTXt of junk": chunk(b"zTXt", b"key\0\0junk"),
    "iCCP of 2 MB": chunk(b"iCCP", b"icc\0\0" + zlib.compress(bytes(2_000_000))),
    "iCCP of junk": chunk(b"iCCP", b"icc\0\0junk"),
    "iCCP of unknown compression": chunk(b"iCCP", b"icc\0\7junk"),
    "empty iCCP": chunk(b"iCCP", b""),
    "short pHYs": chunk(b"pHYs", b"\0\1"),
    "short gAMA": chunk(b"gAMA", b"\0"),
    "short cHRM": chunk(b"cHRM", b"\0"),
    "empty sRGB": chunk(b"sRGB", b""),
    "damaged checksum": chunk(b"tEXt", b"key\0value")[:-4] + b"\0\0\0\0",
    "XMP of junk": chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0\xff<tiff:Orientation>x"),
    "EXIF of junk in hexadecimal": chunk(
        b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(b"\n1\n2\nxyz")
    ),
    "short acTL": chunk(b"acTL", b"\0"),
    "acTL twice": 2 * chunk(b"acTL", struct.pack(">II", 1, 0)),
}


@pytest.mark.parametrize("name", PNG_METADATA)
@pytest.mark.parametrize("after_pixels", [False, True])
def test_odd_png_metadata_are_ignored(tmp_path: Path, name: str, after_pixels: bool) -> None:
    values = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 3))
    place = {"end": PNG_METADATA[name]} if after_pixels else {"chunks": PNG_METADATA[name]}
    path = write(tmp_path, "a.png", png(values, 2, 8, **place))
    assert np.array_equal(decode(path, SIZE), values)


def test_orientation_survives_damaged_png_metadata(tmp_path: Path) -> None:
    metadata = PNG_METADATA["short pHYs"] + chunk(b"eXIf", exif_block(orientation=6))
    values = np.asarray(half_black())
    assert is_turned(write(tmp_path, "a.png", png(values, 2, 8, metadata)))


def segment(marker: int, content: bytes) -> bytes:
    """Return a JPEG segment."""
    return struct.pack(">BBH", 0xFF, marker, 2 + len(content)) + content


JPEG_METADATA = {
    "cut Photoshop block": b"\xff\xed" + struct.pack(">H", 23) + b"Photoshop 3.0\x008BIM\4\4",
    "multi-picture block of junk": b"\xff\xe2" + struct.pack(">H", 14) + b"MPF\0II*\0\xff\xff\xff\xff",
    "multi-picture block without pictures": b"\xff\xe2"
    + struct.pack(">H", 20)
    + b"MPF\0II*\0\x08\0\0\0"
    + bytes(6),
    "ICC of junk": b"\xff\xe2" + struct.pack(">H", 15) + b"ICC_PROFILE\0\1",
    "XMP of junk": b"\xff\xe1" + struct.pack(">H", 33) + b"http://ns.adobe.com/xap/1.0/\0\xff\xff",
    "empty comment": b"\xff\xfe\0\2",
}


@pytest.mark.parametrize("name", JPEG_METADATA)
def test_odd_jpeg_metadata_are_ignored(tmp_path: Path, name: str) -> None:
    buffer = io.BytesIO()
    half_black().save(buffer, "JPEG", quality=95, exif=b"Exif\0\0" + exif_block(orientation=6))
    data = buffer.getvalue()
    assert is_turned(write(tmp_path, "a.jpg", data[:2] + JPEG_METADATA[name] + data[2:]))
