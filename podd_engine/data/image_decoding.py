"""Decoding of one image file."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image

from podd_engine.data.dataset import Images
from podd_engine.data.deep_images import FULL_RANGE, PixelRange, read_deep_image
from podd_engine.data.image_errors import too_large_error, unreadable_error
from podd_engine.data.image_formats import readable_formats
from podd_engine.data.image_metadata import transposition, without_metadata
from podd_engine.data.image_pixels import flatten, resize
from podd_engine.data.quiet_pillow import quiet_pillow
from podd_engine.errors import DataError
from podd_engine.runtime.cpu_memory import available_cpu_memory_bytes

T = TypeVar("T")
Source = Path | BytesIO

BYTES_PER_PIXEL = {"1": 3, "L": 3, "RGB": 8}
"""Peak memory of decoding a `COMPACT_FORMATS` image by mode, including the copy for the orientation."""

COMPACT_FORMATS = frozenset({"BMP", "JPEG", "MPO", "PNG", "PPM", "TIFF"})
"""Formats whose decoders need little more memory than the image."""

DEFAULT_BYTES_PER_PIXEL = 20
"""Peak memory of decoding other images, including the copies for the orientation and transparency."""

LARGE_IMAGE_BYTES = 250_000_000
"""Images that need more memory are decoded one after another."""

GRAY_KEY_FACTORS = {"L;2": 85, "L;4": 17}
"""Factors by which Pillow scales gray PNG pixels, but not their transparent value, by raw mode."""

_large_image_lock = threading.Lock()


def decode(path: Path, image_size: int, pixel_range: PixelRange | None = None) -> Images:
    """Decode an image file to uint8 [image_size, image_size, 3].

    The function applies the orientation, composites transparent pixels over white, crops the center square
    and resizes it with an antialiasing bicubic filter.

    Args:
        path: image file.
        image_size: side of the returned image, in px.
        pixel_range: range that becomes 0 to 255 in images with more than 8 bits per channel. None: the
            range of the image.

    Raises:
        DataError: the file is missing, damaged, too large or not an image; the message names the path.
    """
    decoded = decode_or_measure(path, image_size, pixel_range)
    if isinstance(decoded, PixelRange):
        return decode(path, image_size, decoded.widened())
    return decoded


def decode_or_measure(
    path: Path, image_size: int, pixel_range: PixelRange | None = None
) -> Images | PixelRange:
    """Decode an image file as `decode` does, or measure the range of an image with more than 8 bits.

    Returns:
        The pixels, uint8 [image_size, image_size, 3]. If ``pixel_range`` is None and the image has more
        than 8 bits per channel: the range of its values.

    Raises:
        DataError: see `decode`.
    """

    def use(image: Image.Image, source: Source) -> Images | PixelRange:
        # For JPEG files only: decode at a reduced size, but at least twice the requested size.
        image.draft("RGB", (2 * image_size, 2 * image_size))
        with _memory_for(image):
            deep = read_deep_image(image, lambda: Image.open(source, formats=readable_formats()))
            if deep is None:
                _correct_transparent_value(image)
                image.load()
                flat = image
            elif pixel_range is None and (measured := deep.pixel_range):
                return measured
            else:
                flat = deep.to_8_bits(pixel_range or FULL_RANGE)
            method = transposition(image)
            if method is not None:
                flat = flat.transpose(method)
            resized = resize(flatten(flat), image_size)
            return np.asarray(resized if resized.mode == "RGB" else resized.convert("RGB"))

    return _use_image(path, use)


def smaller_side(path: Path) -> int:
    """Return the shorter side of an image in px, from the header of its file.

    Raises:
        DataError: see `decode`.
    """
    return _use_image(path, lambda image, _: min(image.size))


def _use_image(path: Path, use: Callable[[Image.Image, Source], T]) -> T:
    """Open an image file and call ``use`` with the image and the source of the image.

    If this fails, the function tries again without the metadata of the file, because damaged metadata do
    not make the pixels unreadable.

    Raises:
        DataError: the file cannot be read; the message names the path.
    """
    with quiet_pillow():
        try:
            try:
                return _open(path, use)
            except (DataError, MemoryError, Image.DecompressionBombError):
                raise
            except Exception:  # Pillow raises many types of exceptions for damaged metadata
                pixels = without_metadata(path.read_bytes())
                if pixels is None:
                    raise
                return _open(BytesIO(pixels), use)
        except Exception as error:
            raise unreadable_error(path, error) from error


def _open(source: Source, use: Callable[[Image.Image, Source], T]) -> T:
    with Image.open(source, formats=readable_formats()) as image:
        return use(image, source)


@contextmanager
def _memory_for(image: Image.Image) -> Iterator[None]:
    """Check the memory for decoding an image. Only one large image is decoded at a time.

    Raises:
        DataError: the available memory does not suffice.
    """
    width, height = image.size
    known = BYTES_PER_PIXEL if image.format in COMPACT_FORMATS else {}
    needed = width * height * known.get(image.mode, DEFAULT_BYTES_PER_PIXEL)
    if needed < LARGE_IMAGE_BYTES:
        yield
        return
    with _large_image_lock:
        available = available_cpu_memory_bytes()
        if needed > available:
            raise too_large_error(width * height, needed, available)
        yield


def _correct_transparent_value(image: Image.Image) -> None:
    tiles = getattr(image, "tile", None)
    factor = GRAY_KEY_FACTORS.get(tiles[0][3]) if image.format == "PNG" and tiles else None
    if factor is not None and "transparency" in image.info:
        image.info["transparency"] *= factor
