"""Orientation of an image, and removal of all other metadata from an image file."""

import struct
import zlib
from collections.abc import Collection, Iterator

from PIL import Image

ORIENTATION = 0x0112

TRANSPOSITIONS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""Transposition by value of the orientation tag."""

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_CHUNKS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT"})
"""Chunks that determine the pixels."""

JPEG_SIGNATURE = b"\xff\xd8"
JPEG_START_OF_SCAN = 0xDA
JPEG_STANDALONE_MARKERS = frozenset({0x01, *range(0xD0, 0xD9)})
JPEG_METADATA_MARKERS = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})
"""APP1 to APP13, APP15 and comments. APP0 and APP14 determine the color space."""

EXIF_HEADER = b"Exif\0\0"

TIFF_PIXEL_TAGS = frozenset(
    {
        *(256, 257, 258, 259, 262, 266, 273, ORIENTATION, 277, 278, 279, 284, 292, 293, 317, 320),
        *(322, 323, 324, 325, 332, 334, 338, 339, 347, *range(512, 522), 529, 530, 531, 532),
    }
)
"""Tags of TIFF and JPEG-in-TIFF that determine the pixels and the orientation."""


def transposition(image: Image.Image) -> Image.Transpose | None:
    """Return the transposition that shows an image upright, or None. Damaged metadata count as none."""
    try:
        return TRANSPOSITIONS.get(image.getexif().get(ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - Pillow raises many types of exceptions for damaged metadata
        return None


def without_metadata(data: bytes) -> bytes | None:
    """Return the content of an image file with the pixels and the orientation only.

    Args:
        data: content of an image file.

    Returns:
        The reduced content, or None if the format is not PNG, JPEG or TIFF or the structure is damaged.
    """
    try:
        if data.startswith(PNG_SIGNATURE):
            return PNG_SIGNATURE + b"".join(_png_chunks(data))
        if data.startswith(JPEG_SIGNATURE):
            return JPEG_SIGNATURE + b"".join(_jpeg_segments(data))
        return _keep_tags(data, TIFF_PIXEL_TAGS)
    except (struct.error, IndexError):
        return None


def _png_chunks(data: bytes) -> Iterator[bytes]:
    position = len(PNG_SIGNATURE)
    while position < len(data):
        (length,) = struct.unpack_from(">I", data, position)
        kind = data[position + 4 : position + 8]
        content = data[position + 8 : position + 8 + length]
        if kind in PNG_CHUNKS:
            yield _png_chunk(kind, content)
        elif kind == b"eXIf" and (exif := _keep_tags(content, {ORIENTATION})):
            yield _png_chunk(kind, exif)
        position += 12 + length
    yield _png_chunk(b"IEND", b"")


def _png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _jpeg_segments(data: bytes) -> Iterator[bytes]:
    position = len(JPEG_SIGNATURE)
    while data[position] == 0xFF:
        marker = data[position + 1]
        if marker == 0xFF:  # fill byte
            position += 1
            continue
        if marker == JPEG_START_OF_SCAN:
            break
        length = 0 if marker in JPEG_STANDALONE_MARKERS else struct.unpack_from(">H", data, position + 2)[0]
        segment = data[position : position + 2 + length]
        if marker not in JPEG_METADATA_MARKERS:
            yield segment
        elif segment[4:].startswith(EXIF_HEADER):
            exif = _keep_tags(segment[4 + len(EXIF_HEADER) :], {ORIENTATION})
            if exif:
                content = EXIF_HEADER + exif
                yield segment[:2] + struct.pack(">H", 2 + len(content)) + content
        position += 2 + length
    yield data[position:]


def _keep_tags(data: bytes, tags: Collection[int]) -> bytes | None:
    """Remove other tags from the first directory of a TIFF file or EXIF block, and all further directories.

    Returns:
        The changed data. The values of the removed tags stay in place, but nothing refers to them. None if
        ``data`` has no TIFF header or the directory is damaged.
    """
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None:
        return None
    try:
        (version,) = struct.unpack_from(order + "H", data, 2)
        if version == 43:  # BigTIFF
            count_format, offset_format, entry_bytes = order + "Q", order + "Q", 20
            (start,) = struct.unpack_from(offset_format, data, 8)
        else:
            count_format, offset_format, entry_bytes = order + "H", order + "I", 12
            (start,) = struct.unpack_from(offset_format, data, 4)
        (count,) = struct.unpack_from(count_format, data, start)
        first = start + struct.calcsize(count_format)
        entries = [
            data[position : position + entry_bytes]
            for position in range(first, min(first + count * entry_bytes, len(data)), entry_bytes)
        ]
        kept = [entry for entry in entries if struct.unpack_from(order + "H", entry)[0] in tags]
    except struct.error:
        return None
    directory = struct.pack(count_format, len(kept)) + b"".join(kept) + struct.pack(offset_format, 0)
    return data[:start] + directory + data[start + len(directory) :]
