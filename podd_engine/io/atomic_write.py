"""Atomic file writes. A crash or a full disk never leaves a partly written file."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from podd_engine.io.os_errors import translate_disk_errors


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Write a file completely or not at all.

    The context value is a temporary path in the folder of ``path`` with the same suffix. Missing parent
    folders are created. If the block succeeds, the temporary file is flushed to disk and replaces
    ``path`` in one step. If the block raises, the temporary file is deleted and ``path`` is unchanged.

    Raises:
        StorageError: the file cannot be written.
    """
    temporary = path.with_name(f".{path.stem}.{secrets.token_hex(6)}{path.suffix}")
    with translate_disk_errors(path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            yield temporary
            flush_to_disk(temporary)
            temporary.replace(path)
            flush_to_disk(path.parent)
        finally:
            temporary.unlink(missing_ok=True)


def atomic_write_bytes(path: Path, data: bytes | memoryview) -> None:
    """Write ``data`` to ``path``, completely or not at all.

    Raises:
        StorageError: the file cannot be written.
    """
    with atomic_write(path) as temporary:
        temporary.write_bytes(data)


def flush_to_disk(path: Path) -> None:
    """Wait until the content of a file, or the entries of a folder, are stored on disk."""
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open folders, but NTFS journals their entries
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
