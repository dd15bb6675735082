"""Image formats: which formats and file suffixes are read, and names of the contents that are not."""

from functools import cache
from pathlib import Path

from PIL import Image

COMMON_FORMATS = ("JPEG", "PNG")
"""Formats that are tried first, because most files have them."""

EXCLUDED_FORMATS = frozenset({"BUFR", "EPS", "GRIB", "HDF5", "IPTC", "MPEG", "WMF"})
"""Formats that Pillow opens but that are not read.

EPS starts the external program Ghostscript. IPTC opens embedded files of any format. Pillow has no decoder
for the other formats.
"""

CONVERT = "convert the file to JPEG or PNG"
DELETE = "replace or delete the file"

SIGNATURES: tuple[tuple[int, bytes, str, str], ...] = (
    (4, b"ftyphei", "HEIC", CONVERT),
    (4, b"ftyphev", "HEIC", CONVERT),
    (4, b"ftypmif1", "HEIC", CONVERT),
    (4, b"ftypmsf1", "HEIC", CONVERT),
    (4, b"ftypcrx", "CR3", CONVERT),
    (4, b"ftyp", "a video", DELETE),
    (0, b"\xff\x0a", "JPEG XL", CONVERT),
    (4, b"JXL ", "JPEG XL", CONVERT),
    (0, b"II\xbc", "JPEG XR", CONVERT),
    (0, b"%!PS", "PostScript", CONVERT),
    (0, b"\xc5\xd0\xd3\xc6", "PostScript", CONVERT),
    (0, b"%PDF", "PDF", CONVERT),
    (0, b"v/1\x01", "OpenEXR", CONVERT),
    (0, b"#?RADIANCE", "Radiance HDR", CONVERT),
    (0, b"#?RGBE", "Radiance HDR", CONVERT),
    (128, b"DICM", "DICOM", CONVERT),
    (0, b"FUJIFILM", "RAF", CONVERT),
    (0, b"gimp xcf", "GIMP XCF", CONVERT),
    (0, b"AT&TFORM", "DjVu", CONVERT),
    (0, b"\xd0\xcf\x11\xe0", "OLE (FlashPix or Office)", CONVERT),
    (0, b"\xd7\xcd\xc6\x9a", "WMF", CONVERT),
    (40, b" EMF", "EMF", CONVERT),
    (0, b"\x93NUMPY", "NumPy", CONVERT),
    (0, b"\x89HDF", "HDF5", CONVERT),
    (0, b"MATLAB", "MATLAB", CONVERT),
    (0, b"GRIB", "GRIB", CONVERT),
    (0, b"BUFR", "BUFR", CONVERT),
    (0, b"PK\x03\x04", "a ZIP archive", "unpack the archive"),
    (0, b"\x1f\x8b", "a gzip archive", "unpack the archive"),
    (0, b"Rar!", "a RAR archive", "unpack the archive"),
    (0, b"7z\xbc\xaf", "a 7z archive", "unpack the archive"),
    (257, b"ustar", "a tar archive", "unpack the archive"),
    (8, b"AVI ", "a video", DELETE),
    (0, b"\x1aE\xdf\xa3", "a video", DELETE),
    (0, b"\0\0\x01\xba", "a video", DELETE),
    (0, b"\0\0\x01\xb3", "a video", DELETE),
    (0, b"\0\x05\x16\x07", "a resource fork of macOS", "delete the file"),
    (0, b"version https://git-lfs", "a Git LFS pointer", "download the content with 'git lfs pull'"),
)
"""Recognizable contents that are not read: offset, bytes at the offset, name, and remedy."""

TEXTS = (
    (b"<svg", "SVG", CONVERT),
    (b"<html", "a web page", "download the image again"),
    (b"<!doctype html", "a web page", "download the image again"),
)
"""Recognizable texts: lower-case bytes near the start, name, and remedy."""

HEADER_BYTES = 1024
"""Number of bytes that `unsupported_content` examines."""


@cache
def readable_formats() -> tuple[str, ...]:
    """Return the names of Pillow's formats that are read, in the order in which they are tried.

    The formats without a signature at the start of the file come last, because they match by chance.
    """
    Image.init()
    names = [name for name in Image.OPEN if name not in EXCLUDED_FORMATS]
    return tuple(sorted(names, key=lambda name: (Image.OPEN[name][1] is None, name not in COMMON_FORMATS)))


@cache
def image_suffixes() -> frozenset[str]:
    """Return the suffixes of the image files that are read, in lower case and with the dot."""
    formats = {*readable_formats(), "MPO"}  # Pillow opens MPO as JPEG
    return frozenset(
        suffix.lower() for suffix, name in Image.registered_extensions().items() if name in formats
    )


def unsupported_content(path: Path) -> tuple[str, str] | None:
    """Return the name of the content of a file that cannot be read, and a remedy.

    Returns:
        None if the content is unknown, or if Pillow recognizes the content.

    Raises:
        OSError: the file cannot be opened.
    """
    with path.open("rb") as file:
        header = file.read(HEADER_BYTES)
    for offset, signature, name, remedy in SIGNATURES:
        if header.startswith(signature, offset):
            return name, remedy
    text = header.lower()
    return next(((name, remedy) for mark, name, remedy in TEXTS if mark in text), None)
