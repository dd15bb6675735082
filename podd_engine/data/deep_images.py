"""Images with more than 8 bits per channel: exact pixel values, and scaling to 8 bits.

Pillow has no mode for color with more than 8 bits per channel. It keeps the high byte of each value, so
images with 10 or 12 significant bits in 16 bits become black. `read_deep_image` therefore reads such files
twice, once for the high bytes and once for the low bytes.
"""

import math
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from podd_engine.errors import DataError

OpenImage = Callable[[], AbstractContextManager[Image.Image]]

BITS_PER_SAMPLE, PHOTOMETRIC, PLANAR_CONFIGURATION = 258, 262, 284
"""TIFF tags."""

WHITE_IS_ZERO = 0
SEPARATE = 2
"""Values of the TIFF tags."""

NATIVE_ORDER = {"I;16BS": "I;16NS", "I;32BS": "I;32NS", "F;32BF": "F;32NF"}
"""Raw modes of compressed TIFF pixels. libtiff returns the native byte order, but Pillow expects another."""

OTHER_BYTE_ORDER = {"B": "L", "L": "B", "N": "B" if np.little_endian else "L"}
"""Last letter of a raw mode by last letter of the raw mode with the opposite byte order."""

DEEP_COLOR_MODES = ("RGB;16", "RGBX;16", "RGBA;16")
COLOR_CODECS = ("raw", "zip", "libtiff")

ROWS_PER_BLOCK = 256
"""Number of rows scaled at once, so that a large image needs little memory."""


@dataclass(frozen=True)
class PixelRange:
    """Smallest and largest pixel value."""

    low: float
    high: float

    def union(self, other: "PixelRange") -> "PixelRange":
        """Return the smallest range that contains both ranges."""
        return PixelRange(min(self.low, other.low), max(self.high, other.high))

    def widened(self) -> "PixelRange":
        """Return the range for scaling. Images with a single value have no contrast, so they use 16 bits."""
        if self.low < self.high:
            return self
        return self.union(FULL_RANGE)


FULL_RANGE = PixelRange(0, 65535)


@dataclass(frozen=True)
class DeepImage:
    """Pixel values with more than 8 bits.

    Args:
        values: [height, width] or [height, width, 3], any integer or floating-point type.
        alpha: opacity, uint8 [height, width]. None: all pixels are opaque.
    """

    values: NDArray[Any]
    alpha: NDArray[np.uint8] | None = None

    @property
    def pixel_range(self) -> PixelRange | None:
        """Range of the values of visible pixels. None if no pixel is visible.

        Raises:
            DataError: a value is not finite.
        """
        values = self.values if self.alpha is None else self.values[self.alpha > 0]
        if not values.size:
            return None
        low, high = float(values.min()), float(values.max())
        if not (math.isfinite(low) and math.isfinite(high)):
            raise DataError(
                "pixels are infinite or not a number (NaN); replace these values or delete the file"
            )
        return PixelRange(low, high)

    def to_8_bits(self, pixel_range: PixelRange) -> Image.Image:
        """Return an image with the modes L, LA, RGB or RGBA. ``pixel_range`` becomes 0 to 255."""
        low, high = pixel_range.low, pixel_range.high
        scaled = np.empty(self.values.shape, dtype=np.uint8)
        for start in range(0, len(scaled), ROWS_PER_BLOCK):
            rows = self.values[start : start + ROWS_PER_BLOCK].astype(np.float64)
            rows = (rows - low) * (255 / (high - low))
            # Transparent pixels can have values outside of the range.
            scaled[start : start + ROWS_PER_BLOCK] = rows.round().clip(0, 255)
        image = Image.fromarray(scaled)
        if self.alpha is not None:
            image.putalpha(Image.fromarray(self.alpha))
        return image


def is_deep_gray(image: Image.Image) -> bool:
    """Return whether an image is gray with more than 8 bits."""
    return image.mode in ("I", "F") or image.mode.startswith("I;")


def read_deep_image(image: Image.Image, open_again: OpenImage) -> DeepImage | None:
    """Decode an opened image with more than 8 bits per channel.

    Args:
        image: opened image; its pixels are not decoded yet.
        open_again: opens the same file again.

    Returns:
        The pixel values, or None if the image has at most 8 bits per channel. In this case, the pixels are
        still not decoded.
    """
    raw_mode = _raw_mode(image)
    if is_deep_gray(image):
        return _read_gray(image)
    if raw_mode == "LA;16B":
        return _read_gray_with_alpha(image)
    if (raw_mode.startswith(DEEP_COLOR_MODES) and not _has_planes(image)) or _is_planar_16_bit(image):
        return _read_color(image, open_again)
    return None


def _read_gray(image: Image.Image) -> DeepImage:
    _correct_raw_mode(image)
    key = image.info.get("transparency")
    tags = getattr(image, "tag_v2", {})
    unsigned_32_bit = image.mode == "I" and _raw_mode(image) == "I;32N"
    inverted = image.mode.startswith("I;16") and tags.get(PHOTOMETRIC) == WHITE_IS_ZERO
    image.load()
    values = np.asarray(image)
    if unsigned_32_bit:
        values = values.view(np.uint32)
    if inverted:
        values = FULL_RANGE.high - values
    return DeepImage(values, _alpha_from_key(values == key) if isinstance(key, int) else None)


def _read_gray_with_alpha(image: Image.Image) -> DeepImage:
    # A pixel has four bytes, as many as an RGBA pixel with 8 bits per channel.
    _set_raw_modes(image, lambda _: "RGBA")
    image.load()
    high, low, alpha, _ = np.moveaxis(np.asarray(image), 2, 0)
    return DeepImage((high.astype(np.uint16) << 8) | low, alpha)


def _read_color(image: Image.Image, open_again: OpenImage) -> DeepImage:
    key = image.info.get("transparency")
    if _is_planar_16_bit(image):
        order = "B" if image.tag_v2.prefix == b"MM" else "L"  # type: ignore[attr-defined]
        _set_raw_modes(image, lambda mode: f"{mode};16{order}")
    image.load()
    with open_again() as second:
        if _is_planar_16_bit(second):
            _set_raw_modes(second, lambda mode: f"{mode};16{OTHER_BYTE_ORDER[order]}")
        else:
            _set_raw_modes(second, lambda mode: mode[:-1] + OTHER_BYTE_ORDER[mode[-1]])
        second.load()
        low = np.asarray(second)
    high = np.asarray(image)
    values = (high[..., :3].astype(np.uint16) << 8) | low[..., :3]
    alpha = high[..., 3] if high.shape[2] == 4 else None
    if isinstance(key, tuple):
        alpha = _alpha_from_key((values == np.array(key)).all(axis=2))
    return DeepImage(values, alpha)


def _alpha_from_key(transparent: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return np.where(transparent, 0, 255).astype(np.uint8)


def _has_planes(image: Image.Image) -> bool:
    """Return whether a compressed TIFF stores each channel on its own. Pillow then reads only high bytes."""
    return bool(getattr(image, "tag_v2", {}).get(PLANAR_CONFIGURATION) == SEPARATE)


def _is_planar_16_bit(image: Image.Image) -> bool:
    """Return whether an image is an uncompressed TIFF with 16-bit channels in separate planes.

    Pillow reads such files as if they had 8 bits per channel.
    """
    tags = getattr(image, "tag_v2", {})
    return _raw_mode(image) in ("R", "G", "B") and 16 in tuple(tags.get(BITS_PER_SAMPLE, ()))


def _correct_raw_mode(image: Image.Image) -> None:
    """Make Pillow return the values of the file."""
    tile = _tile(image)
    if tile is None:
        return
    if image.format == "PPM" and image.mode == "I":
        _read_unscaled_gray(image, tile)
    elif tile[0] == "libtiff":
        _set_raw_modes(image, lambda mode: NATIVE_ORDER.get(mode, mode))


def _read_unscaled_gray(image: Image.Image, tile: Any) -> None:
    """Undo Pillow's scaling of a PGM file from its own maximum value to 65535."""
    codec, box, offset, arguments = tile
    if codec == "ppm":
        image.tile = [("raw", box, offset, "I;16B")]  # type: ignore[attr-defined]
    elif codec == "ppm_plain":
        image.tile = [(codec, box, offset, (arguments[0], int(FULL_RANGE.high)))]  # type: ignore[attr-defined]


def _tile(image: Image.Image) -> Any:
    """Return the first tile of an opened image: codec, box, offset and arguments. None if there is none."""
    tiles = getattr(image, "tile", None)
    return tiles[0] if tiles else None


def _raw_mode(image: Image.Image) -> str:
    """Return the mode in which the file stores its pixels, or an empty text if it is unknown."""
    tile = _tile(image)
    if tile is None or tile[0] not in COLOR_CODECS:
        return ""
    mode = tile[3][0] if isinstance(tile[3], tuple) else tile[3]
    return mode if isinstance(mode, str) else ""


def _set_raw_modes(image: Image.Image, change: Callable[[str], str]) -> None:
    tiles = image.tile  # type: ignore[attr-defined]
    for index, tile in enumerate(tiles):
        codec, box, offset, arguments = tile
        changed = (
            (change(arguments[0]), *arguments[1:]) if isinstance(arguments, tuple) else change(arguments)
        )
        values = (codec, box, offset, changed)
        tiles[index] = type(tile)(*values) if hasattr(tile, "_fields") else values
