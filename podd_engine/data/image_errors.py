"""Errors for image files that cannot be read."""

import errno
import re
import struct
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from podd_engine.data.image_formats import CONVERT, DELETE, readable_formats, unsupported_content
from podd_engine.data.quiet_pillow import MIN_BYTES_PER_PIXEL
from podd_engine.errors import DataError
from podd_engine.io.os_errors import read_error_text
from podd_engine.runtime.cpu_memory import available_cpu_memory_bytes

DAMAGED_FILE_ERRORS = frozenset({None, errno.EINVAL, errno.EOVERFLOW})
"""Error numbers of Pillow's own errors, and of reading at an impossible position."""

UNSUPPORTED = re.compile("(?i)unsupported|unimplemented|unknown|cannot handle|not support|not installed")
"""Words of Pillow for files that are not damaged, but need a decoder that Pillow does not have."""

PROBABLE_FORMAT_BYTES = 16
MAX_CAUSE_LENGTH = 200


def unreadable_error(path: Path, error: Exception) -> DataError:
    """Return the error for an image file that is missing or cannot be decoded. The message is one line."""
    if isinstance(error, DataError):
        return DataError(f"{path}: {error}")
    if isinstance(error, Image.DecompressionBombError):
        return unreadable_error(path, _too_large_in_container(error))
    if isinstance(error, FileNotFoundError):
        return DataError(f"{path}: file is missing; the dataset is incomplete, download or copy it again")
    if isinstance(error, MemoryError):
        return DataError(
            f"{path}: image does not fit into memory; close other programs or use smaller images"
        )
    if isinstance(error, OSError) and error.errno not in DAMAGED_FILE_ERRORS:
        return DataError(read_error_text(path, error))
    try:
        if path.stat().st_size == 0:
            return DataError(f"{path}: file cannot be read as an image (file is empty); {DELETE}")
        content = unsupported_content(path)
        if content is not None:
            name, remedy = content
            if remedy == CONVERT:
                return DataError(f"{path}: {name} is not supported; {remedy}")
            return DataError(f"{path}: file is {name}, not an image; {remedy}")
        name, cause = _failed_format(path)
    except OSError:
        name, cause = "", ""
    cause = cause or _one_line(error, path)
    if not name and isinstance(error, UnidentifiedImageError):
        return DataError(f"{path}: file cannot be read as an image (unknown format); {DELETE}")
    remedy = CONVERT if UNSUPPORTED.search(cause) else DELETE
    format_prefix = f"{name}: " if name else ""
    return DataError(f"{path}: file cannot be read as an image ({format_prefix}{cause}); {remedy}")


def too_large_error(pixels: int, needed_bytes: float, available_bytes: float) -> DataError:
    """Return the error for an image that does not fit into the available memory, without its path."""
    return DataError(
        f"image of {pixels / 1e6:,.0f} megapixels needs {needed_bytes / 1e9:,.1f} GB of memory, but only "
        f"{available_bytes / 1e9:,.1f} GB are available; close other programs or reduce the image"
    )


def _too_large_in_container(error: Image.DecompressionBombError) -> DataError:
    """Return the error for an image that Pillow refused. Pillow tells the number of pixels in its message."""
    pixels = int(re.search(r"\d+", str(error)).group())  # type: ignore[union-attr]
    return too_large_error(pixels, pixels * MIN_BYTES_PER_PIXEL, available_cpu_memory_bytes())


def _failed_format(path: Path) -> tuple[str, str]:
    """Return the format that recognizes a file and why this format cannot open it; empty texts if none does.

    `Image.open` hides the reason.
    """
    with path.open("rb") as file:
        start = file.read(PROBABLE_FORMAT_BYTES)
    for name in readable_formats():
        factory, accepts = Image.OPEN[name]
        try:
            accepted = accepts(start) if accepts is not None else False
        except (struct.error, IndexError):  # the file is shorter than the signature
            continue
        if isinstance(accepted, str):
            return name, accepted  # the installed Pillow has no decoder
        if accepted:
            try:
                factory(path, "").close()  # type: ignore[arg-type]
            except Exception as error:  # noqa: BLE001 - Pillow raises many types of exceptions
                return name, _one_line(error, path)
            return name, ""
    return "", ""


def _one_line(error: Exception, path: Path) -> str:
    """Return the text of an exception without the path and line breaks."""
    text = " ".join(str(error).replace(str(path), "").split()).strip(" '\"")
    if isinstance(error, struct.error) or not text:
        text = "file is truncated or damaged"
    return text[:MAX_CAUSE_LENGTH]
