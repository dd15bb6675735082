"""Recognition of a file that the user has chosen where another kind of file or a folder is expected."""

import json
import stat
import zipfile
from pathlib import Path
from typing import NamedTuple

from podd_engine.errors import PoddError
from podd_engine.io.os_errors import read_error_text
from podd_engine.io.text_file import read_text


class FileKind(NamedTuple):
    """What a file seems to be, for example ``"a zip archive"``, and how the user can use its content."""

    name: str
    remedy: str


_UNPACK = "unpack it and choose the unpacked folder"
_SAVE_AS_IMAGES = "save its images as image files, with one folder per class"
_IMAGE_REMEDY = "choose the folder that contains one folder of images per class"
_OTHER_REMEDY = "choose another file or folder"
_POSTER_REMEDY = "use it with 'podd evaluate' or 'podd export', or open it in the program"

_SIGNATURES = (
    (b"\x93NUMPY", FileKind("a NumPy file", _SAVE_AS_IMAGES)),
    (b"MATLAB ", FileKind("a MATLAB file", _SAVE_AS_IMAGES)),
    (b"\x89HDF\r\n", FileKind("an HDF5 file", _SAVE_AS_IMAGES)),
    (b"PAR1", FileKind("a Parquet file", _SAVE_AS_IMAGES)),
    (b"ARROW1", FileKind("an Arrow file", _SAVE_AS_IMAGES)),
    (b"SQLite format 3", FileKind("a database", _SAVE_AS_IMAGES)),
    *(
        (bytes((0, 0, element, dimensions)), FileKind("an MNIST file (idx)", _SAVE_AS_IMAGES))
        for element in (8, 9, 11, 12, 13, 14)
        for dimensions in range(1, 6)
    ),
    *((bytes((0x80, protocol)), FileKind("a Python pickle", _SAVE_AS_IMAGES)) for protocol in range(2, 6)),
    (b"\x1f\x8b", FileKind("a gzip archive", _UNPACK)),
    (b"BZh", FileKind("a bzip2 archive", _UNPACK)),
    (b"\xfd7zXZ", FileKind("an xz archive", _UNPACK)),
    (b"\x28\xb5\x2f\xfd", FileKind("a zstd archive", _UNPACK)),
    (b"7z\xbc\xaf\x27\x1c", FileKind("a 7-Zip archive", _UNPACK)),
    (b"Rar!", FileKind("a RAR archive", _UNPACK)),
    (b"\xff\xd8\xff", FileKind("a JPEG image", _IMAGE_REMEDY)),
    (b"\x89PNG", FileKind("a PNG image", _IMAGE_REMEDY)),
    (b"GIF8", FileKind("a GIF image", _IMAGE_REMEDY)),
    (b"II*\0", FileKind("a TIFF image", _IMAGE_REMEDY)),
    (b"MM\0*", FileKind("a TIFF image", _IMAGE_REMEDY)),
    (b"%PDF", FileKind("a PDF file", _OTHER_REMEDY)),
)
"""First bytes of binary files."""

_TAR_MARK_POSITION = 257

_IMAGE_SUFFIXES = frozenset({".bmp", ".webp", ".avif", ".heic", ".jp2", ".ppm", ".pgm", ".tga"})

_TEXT_KINDS = {
    ".csv": FileKind("a table (CSV)", "choose the folder that contains the images"),
    ".tsv": FileKind("a table (TSV)", "choose the folder that contains the images"),
    ".json": FileKind("a JSON file", "write the settings as TOML"),
    ".yaml": FileKind("a YAML file", "write the settings as TOML"),
    ".yml": FileKind("a YAML file", "write the settings as TOML"),
    ".toml": FileKind("a settings file (TOML)", _OTHER_REMEDY),
}

_HEADER_BYTES = 512


def wrong_file_text(path: Path, expected: str) -> str:
    """Return the message for a file or folder that is not of the expected kind.

    Args:
        path: an existing file or folder.
        expected: what is accepted, for example ``"a run folder"``.
    """
    try:
        kind = detect_file_kind(path)
    except OSError as error:
        return read_error_text(path, error)
    return f"{path}: this is {kind.name}, but {expected} is needed; {kind.remedy}"


def check_is_folder(path: Path, expected: str, error_type: type[PoddError]) -> None:
    """Check that ``path`` is a folder, or does not exist.

    Args:
        path: path that the user has given.
        expected: what is accepted, for example ``"a folder of images"``.
        error_type: class of the error.

    Raises:
        PoddError: ``path`` is a file, or the system refuses access to it.
    """
    try:
        is_folder = stat.S_ISDIR(path.stat().st_mode)
    except FileNotFoundError:
        return
    except OSError as error:
        raise error_type(read_error_text(path, error)) from error
    if not is_folder:
        raise error_type(wrong_file_text(path, expected))


def detect_file_kind(path: Path) -> FileKind:
    """Return what the file or folder at ``path`` seems to be, judged by its content and then its name.

    Raises:
        OSError: the file cannot be read.
    """
    if path.is_dir():
        return FileKind("a folder", "choose a file")
    if not path.is_file():
        return FileKind("neither a file nor a folder", _OTHER_REMEDY)
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if not header:
        return FileKind("an empty file", "copy the file again or choose another file")
    for start, kind in _SIGNATURES:
        if header.startswith(start):
            return kind
    if header.startswith(b"PK"):
        return _zip_kind(path)
    if header[_TAR_MARK_POSITION:].startswith(b"ustar"):
        return FileKind("a tar archive", _UNPACK)
    if header[8:9] == b"{" and path.suffix == ".safetensors":
        return _safetensors_kind(path)
    if path.suffix.lower() in _IMAGE_SUFFIXES:
        return FileKind("an image", _IMAGE_REMEDY)
    return _text_kind(path, header)


def _zip_kind(path: Path) -> FileKind:
    """Return the kind of a zip archive. Several programs store their own formats as zip archives."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        return FileKind("a damaged zip archive", "download or copy it again")
    if names and all(name.endswith(".npy") for name in names):
        return FileKind("a NumPy archive (npz)", _SAVE_AS_IMAGES)
    if any(name.endswith("data.pkl") for name in names):
        return FileKind("a PyTorch file", _SAVE_AS_IMAGES)
    if "[Content_Types].xml" in names:
        return FileKind("an Office document", _OTHER_REMEDY)
    return FileKind("a zip archive", _UNPACK)


def _safetensors_kind(path: Path) -> FileKind:
    """Return whether a safetensors file is a poster bundle, by its metadata."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        try:
            header = json.loads(file.read(min(length, path.stat().st_size)))
        except ValueError:
            return FileKind("a damaged safetensors file", "export or copy it again")
    if isinstance(header, dict) and "podd" in header.get("__metadata__", {}):
        return FileKind("a poster bundle", _POSTER_REMEDY)
    return FileKind("a safetensors file of another program", _OTHER_REMEDY)


def _text_kind(path: Path, header: bytes) -> FileKind:
    if header.lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return FileKind("a web page", "download the file itself")
    try:
        read_text(path)
    except UnicodeError:
        return FileKind("a file of an unknown type", _OTHER_REMEDY)
    return _TEXT_KINDS.get(path.suffix.lower(), FileKind("a text file", _OTHER_REMEDY))
