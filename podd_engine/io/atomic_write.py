"""Writing files so that a crash, a full disk or a cut cable never leaves half of one behind."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from podd_engine.errors import StorageError


@contextmanager
def translate_disk_errors(path: Path) -> Iterator[None]:
    """Turn what the system says about a full or forbidden disk into a `StorageError` naming ``path``."""
    try:
        yield
    except OSError as error:
        cause = error.strerror or error
        raise StorageError(
            f"{path}: cannot be written ({cause}); free some space or choose another folder"
        ) from error


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Write a file whole or not at all.

    Gives a temporary path in the folder of ``path`` (made when missing), with the same suffix.
    When the block ends well, what was written there is flushed to the disk and takes the place of
    ``path`` in one step; when it raises, the temporary file goes and ``path`` stays as it was.

    Raises:
        StorageError: the disk is full, or the folder cannot be written.
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
    """Make ``data`` the content of ``path``, whole or not at all; raises as `atomic_write` does."""
    with atomic_write(path) as temporary:
        temporary.write_bytes(data)


def flush_to_disk(path: Path) -> None:
    """Wait until a file, or the entries of a folder, have reached the disk."""
    if path.is_dir() and os.name == "nt":
        return  # Windows has no handle for folders; their entries are journalled
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
