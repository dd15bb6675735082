"""On-disk cache of arrays that are slow to compute, keyed by the content they derive from.

An entry is a folder of ``.npy`` files (never pickles) and a list of these files with shape, dtype and size.
An entry is either complete or absent: it is written under a temporary name and renamed when complete. Reads
memory-map the files, so large entries open immediately.
"""

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Any

import numpy as np
from numpy.typing import NDArray

from podd_engine.errors import StorageError
from podd_engine.io.app_dirs import cache_folder
from podd_engine.io.atomic_write import flush_to_disk
from podd_engine.io.os_errors import read_error_text, translate_disk_errors

Arrays = dict[str, NDArray[Any]]

CONTENT_FILE = "content.json"
"""List of the arrays of an entry. Other files in the folder of the entry are ignored."""

PARTIAL_SUFFIX = ".partial"
STALE_AFTER_S = 24 * 3600
"""Age in seconds after which an unfinished entry is assumed to belong to a dead process."""


def content_key(*facts: str | int | float) -> str:
    """Return a 32-character hexadecimal key that changes when any of ``facts`` changes."""
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]


class EntryWriter:
    """Writer of the arrays of a new cache entry.

    Args:
        folder: existing folder of the unfinished entry.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._content: dict[str, dict[str, Any]] = {}

    def write(
        self, name: str, shape: tuple[int, ...], dtype: np.dtype[Any], chunks: Iterable[NDArray[Any]]
    ) -> None:
        """Write an array piece by piece, so that the whole array need not fit into memory.

        The method uses plain writes instead of a writable memory map: on a full disk, a plain write
        raises an exception, whereas a memory map kills the process.

        Args:
            name: name of the array within the entry.
            shape: shape of the complete array.
            dtype: dtype of the stored array.
            chunks: consecutive pieces along axis 0.
        """
        header = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
        path = self._folder / f"{name}.npy"
        with translate_disk_errors(path):
            with path.open("wb") as file:
                np.lib.format.write_array_header_1_0(file, header)
                for piece in chunks:
                    file.write(np.ascontiguousarray(piece, dtype=dtype).data)
            flush_to_disk(path)
            size_bytes = path.stat().st_size
        self._content[name] = {"shape": list(shape), "dtype": dtype.str, "bytes": size_bytes}

    def write_array(self, name: str, array: NDArray[Any]) -> None:
        """Write an array that is already in memory."""
        self.write(name, array.shape, array.dtype, [array])

    def write_content_list(self) -> None:
        """Write the list of all arrays. The entry is damaged if a file later differs from the list."""
        path = self._folder / CONTENT_FILE
        path.write_text(json.dumps(self._content), encoding="utf-8")
        flush_to_disk(path)


class Cache:
    """Cache of entries in one folder.

    Args:
        folder: cache folder; None: the cache folder of the system.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = (folder or cache_folder()) / "arrays"

    def get(self, key: str) -> Arrays | None:
        """Return the arrays of an entry, or None if the entry is absent or damaged.

        The arrays are memory-mapped copy-on-write: writing to them does not change the files. The
        method deletes a damaged entry, because the caller can compute it again.

        Raises:
            StorageError: the system refuses to read the entry, for example because too many files are open.
                The entry stays on disk, because it can be intact.
        """
        entry = self._folder / key
        try:
            if not entry.exists():
                return None
            return _load(entry)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError, *_DAMAGE_ERRORS):
            shutil.rmtree(entry, ignore_errors=True)
            return None
        except OSError as error:
            raise StorageError(read_error_text(entry, error)) from error

    def get_or_create(self, key: str, make: Callable[[EntryWriter], None]) -> Arrays:
        """Return the arrays of an entry and create the entry if it is absent.

        Args:
            key: key of the entry, see `content_key`.
            make: writes the arrays of the entry. An exception from ``make`` propagates and leaves no entry.

        Raises:
            StorageError: the entry cannot be read or written.
        """
        found = self.get(key)
        if found is not None:
            return found
        partial = self._folder / f"{key}.{token_hex(6)}{PARTIAL_SUFFIX}"
        try:
            with translate_disk_errors(self._folder):
                self._remove_stale()
                partial.mkdir(parents=True)
            writer = EntryWriter(partial)
            make(writer)
            with translate_disk_errors(self._folder):
                writer.write_content_list()
                self._publish(partial, self._folder / key)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        created = self.get(key)
        if created is None:
            raise StorageError(
                f"{self._folder / key}: the new cache entry cannot be read; check the disk for errors"
            )
        return created

    @staticmethod
    def _publish(partial: Path, entry: Path) -> None:
        """Rename a complete entry to its final name."""
        try:
            partial.rename(entry)
        except OSError:
            # Another process may have created the same entry in the meantime.
            if not entry.is_dir():
                raise
        flush_to_disk(entry.parent)

    def _remove_stale(self) -> None:
        """Delete unfinished entries of dead processes."""
        oldest = time.time() - STALE_AFTER_S
        for partial in self._folder.glob(f"*{PARTIAL_SUFFIX}"):
            with suppress(FileNotFoundError):  # another process finished this entry in the meantime
                if partial.stat().st_mtime < oldest:
                    shutil.rmtree(partial, ignore_errors=True)


_DAMAGE_ERRORS = (ValueError, EOFError, KeyError, TypeError, AttributeError)
"""Exceptions that NumPy and the list of arrays raise for files with wrong content."""


def _load(entry: Path) -> Arrays:
    """Memory-map the arrays of an entry.

    Raises:
        OSError: a file is missing or cannot be read.
        ValueError: a file differs from the list of arrays. Wrong content can also raise one of
            `_DAMAGE_ERRORS`.
    """
    arrays: Arrays = {}
    content = json.loads((entry / CONTENT_FILE).read_text(encoding="utf-8"))
    for name, expected in content.items():
        path = entry / f"{name}.npy"
        if path.stat().st_size != expected["bytes"]:
            raise ValueError(f"{path}: wrong size")
        array = np.load(path, mmap_mode="c", allow_pickle=False)
        if list(array.shape) != expected["shape"] or array.dtype.str != expected["dtype"]:
            raise ValueError(f"{path}: wrong shape or dtype")
        arrays[name] = array
    if not arrays:
        raise ValueError(f"{entry}: no arrays")
    return arrays
