"""On-disk cache of arrays that are slow to compute, keyed by the content they derive from.

An entry is a folder of ``.npy`` files (never pickles). An entry is either complete or absent: it is
written under a temporary name and renamed when complete. Reads memory-map the files, so large
entries open immediately.
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
from podd_engine.io.os_errors import translate_disk_errors

Arrays = dict[str, NDArray[Any]]

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
        with path.open("wb") as file:
            np.lib.format.write_array_header_1_0(file, header)
            for piece in chunks:
                file.write(np.ascontiguousarray(piece, dtype=dtype).data)
        flush_to_disk(path)

    def write_array(self, name: str, array: NDArray[Any]) -> None:
        """Write an array that is already in memory."""
        self.write(name, array.shape, array.dtype, [array])


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
        """
        folder = self._folder / key
        try:
            paths = sorted(folder.glob("*.npy"))
            arrays = {path.stem: np.load(path, mmap_mode="c", allow_pickle=False) for path in paths}
        except (OSError, ValueError, EOFError):
            shutil.rmtree(folder, ignore_errors=True)
            return None
        return arrays or None

    def get_or_create(self, key: str, make: Callable[[EntryWriter], None]) -> Arrays:
        """Return the arrays of an entry and create the entry if it is absent.

        Args:
            key: key of the entry, see `content_key`.
            make: writes the arrays of the entry. An exception from ``make`` propagates and leaves no entry.

        Raises:
            StorageError: the entry cannot be written.
        """
        found = self.get(key)
        if found is not None:
            return found
        partial = self._folder / f"{key}.{token_hex(6)}{PARTIAL_SUFFIX}"
        with translate_disk_errors(self._folder):
            try:
                self._remove_stale()
                partial.mkdir(parents=True)
                make(EntryWriter(partial))
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
