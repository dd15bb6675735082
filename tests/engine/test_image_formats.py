"""Tests of the formats that are read and of the names of other contents."""

import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, features

from podd_engine.data.image_decoding import decode
from podd_engine.data.image_folder import scan_folder
from podd_engine.data.image_formats import image_suffixes, readable_formats
from podd_engine.errors import DataError
from podd_engine.progress import ignore_progress

SIZE = 8


@pytest.mark.parametrize("suffix", sorted(image_suffixes()))
def test_suffix_that_pillow_writes_is_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    kind = Image.registered_extensions()[suffix]
    if kind not in Image.SAVE:
        pytest.skip(f"Pillow does not write {kind}")
    for mode in ("RGB", "L", "P", "1", "RGBA"):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # Pillow plans to remove some formats
                Image.new(mode, (32, 32), 0).save(path)
        except (OSError, ValueError):
            continue
        assert decode(path, SIZE).shape == (SIZE, SIZE, 3)
        return
    pytest.fail(f"no image with the suffix {suffix} could be written")


def test_common_suffixes_are_images() -> None:
    expected = {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".apng", ".gif", ".bmp", ".dib", ".tif", ".tiff"}
    expected |= {".webp", ".ppm", ".pgm", ".pbm", ".pnm", ".pfm", ".tga", ".ico", ".psd", ".pcx", ".mpo"}
    expected |= {".jp2"} if features.check("jpg_2000") else set()
    assert expected <= image_suffixes()


@pytest.mark.parametrize(
    "suffix", [".eps", ".ps", ".pdf", ".mpg", ".h5", ".grib", ".wmf", ".emf", ".bufr", ".txt"]
)
def test_other_suffixes_are_no_images(suffix: str) -> None:
    assert suffix not in image_suffixes()


def test_formats_that_start_programs_are_not_opened(tmp_path: Path) -> None:
    assert {"EPS", "WMF", "MPEG"}.isdisjoint(readable_formats())
    path = tmp_path / "a.png"
    Image.new("RGB", (SIZE, SIZE)).save(path, "EPS")
    with pytest.raises(
        DataError, match=r"a\.png: PostScript is not supported; convert the file to JPEG or PNG"
    ):
        decode(path, SIZE)


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "BMP", "TIFF", "TGA", "PPM"])
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".eps"])
def test_content_decides_and_not_the_suffix(tmp_path: Path, kind: str, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    Image.new("RGB", (16, 16), (200, 100, 50)).save(
        path, kind, **({"lossless": True} if kind == "WEBP" else {})
    )
    assert np.abs(decode(path, SIZE).astype(int) - (200, 100, 50)).max() <= 2


CONTENTS = {
    b"\0\0\0\x18ftypheic\0\0\0\0mif1heic": "HEIC is not supported; convert the file to JPEG or PNG",
    b"\0\0\0\x18ftypheix": "HEIC is not supported; convert the file to JPEG or PNG",
    b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic": "HEIC is not supported; convert the file to JPEG or PNG",
    b"\0\0\0\x20ftypisom": "file is a video, not an image; replace or delete the file",
    b"\xff\x0a\xfa\x1f": "JPEG XL is not supported; convert the file to JPEG or PNG",
    b"\0\0\0\x0cJXL \r\n\x87\n": "JPEG XL is not supported; convert the file to JPEG or PNG",
    b"%PDF-1.7": "PDF is not supported; convert the file to JPEG or PNG",
    b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg">': "SVG is not supported; convert",
    b"\n<!DOCTYPE HTML>\n<title>404": "file is a web page, not an image; download the image again",
    b"<html><body>Not found": "file is a web page, not an image; download the image again",
    b"PK\x03\x04": "file is a ZIP archive, not an image; unpack the archive",
    b"version https://git-lfs.github.com/spec/v1\n": "file is a Git LFS pointer, not an image; download",
    b"v/1\x01": "OpenEXR is not supported; convert the file to JPEG or PNG",
    b"\0" * 128 + b"DICM": "DICOM is not supported; convert the file to JPEG or PNG",
    b"\x93NUMPY": "NumPy is not supported; convert the file to JPEG or PNG",
    b"\x89HDF\r\n\x1a\n": "HDF5 is not supported; convert the file to JPEG or PNG",
}


@pytest.mark.parametrize("content", CONTENTS, ids=[message.split(";")[0] for message in CONTENTS.values()])
@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_recognizable_content_is_named(tmp_path: Path, content: bytes, suffix: str) -> None:
    path = tmp_path / f"photo{suffix}"
    path.write_bytes(content + b"\0" * 300)
    with pytest.raises(DataError) as caught:
        decode(path, SIZE)
    assert str(caught.value).startswith(f"{path}: {CONTENTS[content]}")


@pytest.mark.parametrize("suffix", [".gif", ".ppm", ".tga", ".jfif", ".jp2", ".AVIF"])
def test_folder_of_other_formats_is_read(tmp_path: Path, suffix: str) -> None:
    if suffix.lower() not in image_suffixes():
        pytest.skip(f"this Pillow does not read {suffix}")
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for number in range(3):
            Image.new("RGB", (16, 16), (200, 100, 50)).save(tmp_path / name / f"{number}{suffix}")
    decoded = scan_folder(tmp_path, 0.3).read(SIZE, ignore_progress)
    assert len(decoded.train.images) + len(decoded.test.images) == 6
