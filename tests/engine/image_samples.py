"""PNG and TIFF files that Pillow cannot write, built byte by byte."""

import struct
import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np

PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Number of channels by PNG color type."""

TIFF_FORMATS = {1: "B", 2: "B", 3: "H", 4: "I", 5: "II", 7: "B", 10: "ii"}
"""Struct format by TIFF type."""

Tag = tuple[int, int, list[int]]


def write(folder: Path, name: str, data: bytes) -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(data)
    return path


def chunk(kind: bytes, content: bytes) -> bytes:
    """Return a PNG chunk."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(values: np.ndarray, color_type: int, bits: int = 16, chunks: bytes = b"", end: bytes = b"") -> bytes:
    """Return a PNG file.

    Args:
        values: [height, width, channels] or [height, width].
        color_type: PNG color type.
        bits: bits per channel.
        chunks: chunks before the pixels.
        end: chunks after the pixels.
    """
    height, width = values.shape[:2]
    if bits == 16:
        rows = [row.astype(">u2").tobytes() for row in values]
    else:
        levels = values.reshape(height, -1, 1) >> np.arange(bits - 1, -1, -1) & 1
        rows = [np.packbits(row.reshape(-1)).tobytes() for row in levels]
    header = struct.pack(">IIBBBBB", width, height, bits, color_type, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", header) + chunks + chunk(b"IDAT", pixels) + end + chunk(b"IEND", b"")


def tiff(
    values: np.ndarray,
    order: str = "<",
    *,
    photometric: int = 1,
    compressed: bool = False,
    planar: bool = False,
    extra_samples: Iterable[int] = (),
    tags: Iterable[Tag] = (),
) -> bytes:
    """Return a TIFF file.

    Args:
        values: [height, width, channels] or [height, width]; their type determines the sample format.
        order: "<" for little-endian, ">" for big-endian.
        photometric: photometric interpretation; 0: white is zero, 1: black is zero, 2: RGB.
        compressed: whether to compress with Deflate.
        planar: whether to store each channel on its own.
        extra_samples: meaning of the channels after the color channels.
        tags: further tags: number, type and values.
    """
    height, width = values.shape[:2]
    channels = values.shape[2] if values.ndim == 3 else 1
    ordered = values.astype(values.dtype.newbyteorder(order)).reshape(height, width, channels)
    planes = [ordered[..., channel] for channel in range(channels)] if planar else [ordered]
    strips = [zlib.compress(plane.tobytes()) if compressed else plane.tobytes() for plane in planes]
    sample_format = {"u": 1, "i": 2, "f": 3}[values.dtype.kind]
    entries: list[Tag] = [
        (256, 4, [width]),
        (257, 4, [height]),
        (258, 3, [values.dtype.itemsize * 8] * channels),
        (259, 3, [8 if compressed else 1]),
        (262, 3, [photometric]),
        (273, 4, [0] * len(strips)),
        (277, 3, [channels]),
        (278, 4, [height]),
        (279, 4, [len(strip) for strip in strips]),
        (284, 3, [2 if planar else 1]),
        (339, 3, [sample_format] * channels),
        *([(338, 3, list(extra_samples))] if extra_samples else []),
        *tags,
    ]
    _, end = _directory(entries, order)
    offsets = [end + sum(map(len, strips[:index])) for index in range(len(strips))]
    directory, _ = _directory(
        [(tag, kind, offsets if tag == 273 else of) for tag, kind, of in entries], order
    )
    return directory + b"".join(strips)


def _directory(entries: list[Tag], order: str) -> tuple[bytes, int]:
    """Return the header and the directory of a TIFF file, and their length."""
    start = 8 + 2 + 12 * len(entries) + 4
    fields, values = b"", b""
    for tag, kind, numbers in sorted(entries):
        units = TIFF_FORMATS[kind]
        data = struct.pack(order + units[0] * len(numbers), *numbers)
        if len(data) > 4:
            field = struct.pack(order + "I", start + len(values))
            values += data + b"\0" * (len(data) % 2)
        else:
            field = data.ljust(4, b"\0")
        fields += struct.pack(order + "HHI", tag, kind, len(numbers) // len(units)) + field
    header = (b"II" if order == "<" else b"MM") + struct.pack(order + "HIH", 42, 8, len(entries))
    return header + fields + b"\0\0\0\0" + values, start + len(values)


def exif_block(*tags: tuple[int, int, bytes], orientation: int = 6) -> bytes:
    """Return EXIF with an orientation and further tags: number, type and eight bytes stored at the end."""
    count = 1 + len(tags)
    data_start = 8 + 2 + 12 * count + 4
    entries = struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    data = b""
    for number, kind, value in tags:
        entries += struct.pack("<HHII", number, kind, 1, data_start + len(data))
        data += value
    return b"II*\0\x08\0\0\0" + struct.pack("<H", count) + entries + b"\0\0\0\0" + data
