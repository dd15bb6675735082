"""Arrays that took long to make, kept on disk under a key of the content they were made from.

An entry is a folder of ``.npy`` files (never pickles). It appears whole or not at all: it is
written under another name and renamed when complete. Reading maps the files into memory, so a
large entry opens at once.
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
from podd_engine.io.atomic_write import flush_to_disk, translate_disk_errors

Arrays = dict[str, NDArray[Any]]

PARTIAL_SUFFIX = ".partial"
STALE_AFTER_S = 24 * 3600
"""Unfinished entries older than this belong to a process that died."""


def content_key(*facts: str | int | float) -> str:
    """A short text that differs whenever one of ``facts`` does."""
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]


class EntryWriter:
    """Puts arrays into an entry that is being made, in pieces if they are large."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(
        self, name: str, shape: tuple[int, ...], dtype: np.dtype[Any], chunks: Iterable[NDArray[Any]]
    ) -> None:
        """Write an array of ``shape`` and ``dtype`` given as consecutive ``chunks`` along axis 0.

        Plain writes rather than a writable map: a full disk must raise, not kill the process.
        """
        header = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
        path = self._folder / f"{name}.npy"
        with path.open("wb") as file:
            np.lib.format.write_array_header_1_0(file, header)
            for piece in chunks:
                file.write(np.ascontiguousarray(piece, dtype=dtype).data)
        flush_to_disk(path)

    def write_array(self, name: str, array: NDArray[Any]) -> None:
        """Write an array that is in memory."""
        self.write(name, array.shape, array.dtype, [array])


class Cache:
    """A folder of entries.

    Args:
        folder: where entries lie; None: the system's cache folder.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = (folder or cache_folder()) / "arrays"

    def get(self, key: str) -> Arrays | None:
        """The arrays of an entry, mapped copy-on-write; None when there is none or it is damaged."""
        folder = self._folder / key
        try:
            paths = sorted(folder.glob("*.npy"))
            arrays = {path.stem: np.load(path, mmap_mode="c", allow_pickle=False) for path in paths}
        except (OSError, ValueError, EOFError):
            shutil.rmtree(folder, ignore_errors=True)  # made again from what it was made from
            return None
        return arrays or None

    def get_or_create(self, key: str, make: Callable[[EntryWriter], None]) -> Arrays:
        """The arrays of an entry; ``make`` writes them when it is not there yet.

        Raises:
            StorageError: the entry cannot be written. Whatever ``make`` raises leaves no entry.
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
        made = self.get(key)
        if made is None:
            raise StorageError(f"{self._folder / key}: was written but cannot be read; check the disk")
        return made

    @staticmethod
    def _publish(partial: Path, entry: Path) -> None:
        try:
            partial.rename(entry)
        except OSError:
            if not entry.is_dir():  # else another process made the same entry first
                raise
        flush_to_disk(entry.parent)

    def _remove_stale(self) -> None:
        oldest = time.time() - STALE_AFTER_S
        for partial in self._folder.glob(f"*{PARTIAL_SUFFIX}"):
            with suppress(FileNotFoundError):  # another process has just finished it
                if partial.stat().st_mtime < oldest:
                    shutil.rmtree(partial, ignore_errors=True)
