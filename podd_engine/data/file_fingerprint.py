"""Fingerprint of the files of a dataset, which changes when the images or labels change.

The fingerprint contains the folder, so two datasets never have the same fingerprint. For each file, it
contains the size, the time of modification and the time of the last change of its entry (ctime). The latter
changes even if a program restores the time of modification. Archives and images of containers can give all
files equal times, so the fingerprint also contains a checksum of the content of some files. Inode numbers
are left out, because some network drives assign new ones at each start.
"""

import hashlib
import os
import zlib
from collections.abc import Sequence
from pathlib import Path

from podd_engine.errors import DataError
from podd_engine.io.os_errors import read_error_text

MAX_CHECKED_FILES = 1_000
"""Number of files whose content is checked. Opening 50,000 files takes 2 s on a local disk, and much longer
on a network drive. 1,000 files take 40 ms."""

CHECKED_BYTES = 1024
"""Number of bytes that are checked at the start and at the end of a file."""


def fingerprint_files(folder: Path, files: Sequence[tuple[str, int]], facts: object) -> str:
    """Return a fingerprint of listed files.

    Args:
        folder: folder of the files.
        files: path relative to ``folder`` and class index of each file.
        facts: further facts about the dataset, with a stable `repr`.

    Raises:
        DataError: a file is missing or cannot be read.
    """
    root = os.path.realpath(folder)
    digest = hashlib.sha256(_encoded(f"{root}\0{facts!r}\0"))
    step = max(1, -(-len(files) // MAX_CHECKED_FILES))
    for position, (relative, label) in enumerate(files):
        path = os.path.join(root, relative)  # noqa: PTH118 - pathlib is slow for 100,000 files
        try:
            found = os.stat(path)  # noqa: PTH116 - pathlib is slow for 100,000 files
            checksum = _checksum(path, found.st_size) if position % step == 0 else 0
        except FileNotFoundError as error:
            raise DataError(
                f"{folder / relative}: file is missing; the dataset is incomplete, download or copy it again"
            ) from error
        except OSError as error:
            raise DataError(read_error_text(folder / relative, error)) from error
        numbers = (label, found.st_size, found.st_mtime_ns, found.st_ctime_ns, checksum)
        digest.update(_encoded(f"{relative}\0{numbers}\n"))
    return digest.hexdigest()


def _encoded(text: str) -> bytes:
    """Encode a text that can contain file names with bytes that are not UTF-8."""
    return text.encode("utf-8", "surrogatepass")


def _checksum(path: str, size: int) -> int:
    """Return the CRC-32 of the start and the end of a file."""
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - pathlib is slow for many files
        checksum = zlib.crc32(file.read(CHECKED_BYTES))
        if size > CHECKED_BYTES:
            file.seek(max(CHECKED_BYTES, size - CHECKED_BYTES))
            checksum = zlib.crc32(file.read(CHECKED_BYTES), checksum)
    return checksum
