"""Reads snapshots of a run. Creating a reader does not import torch; reading does."""

from itertools import count
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from podd_app.models.run_messages import RenderedPoster
from podd_engine.errors import RunError
from podd_engine.progress import ProgressCallback
from podd_engine.runs.directory import RunDirectory
from podd_engine.runtime.allocator import release_freed_memory
from podd_engine.runtime.events import PosterSnapshot

if TYPE_CHECKING:
    from podd_engine.data.preprocessing import Preprocessing
    from podd_engine.poster.layout import PosterLayout

READS_PER_MEMORY_RELEASE = 16
"""Number of reads after which freed memory is returned to the operating system. Otherwise, the freed
memory of hundreds of discarded posters would fragment the heap and add up to gigabytes."""


class SnapshotReader:
    """Thread-safe reader of the snapshots of one run. The first read also reads the preprocessing.

    Args:
        path: run directory.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._inverse_preprocessing: tuple[PosterLayout, Preprocessing] | None = None
        self._read_lock = Lock()
        self._reads = count(1)

    def read(self, step: int, report: ProgressCallback) -> RenderedPoster:
        """Read and render a snapshot.

        Args:
            step: outer step, an element of `RunDirectory.snapshot_steps`.
            report: callback for progress while the dataset is read. It raises `CancelledError` to
                cancel.

        Raises:
            RunError: the snapshot is missing or damaged.
            DataError: the run has no evaluation yet and its dataset is missing.
        """
        from podd_app.workers.pixels import render_poster

        snapshot = read_snapshot(RunDirectory.open(self._path), step)
        if next(self._reads) % READS_PER_MEMORY_RELEASE == 0:
            release_freed_memory()
        # The first use inverts the whitening matrix. Other threads wait instead of inverting it as well.
        with self._read_lock:
            if self._inverse_preprocessing is None:
                self._inverse_preprocessing = self._read_inverse_preprocessing(report)
                return render_poster(snapshot, *self._inverse_preprocessing)
        return render_poster(snapshot, *self._inverse_preprocessing)

    def _read_inverse_preprocessing(self, report: ProgressCallback) -> "tuple[PosterLayout, Preprocessing]":
        from podd_engine.runs.load_source import load_source

        bundle = load_source(self._path, report=report)
        return bundle.layout, bundle.preprocessing


def read_snapshot(run: RunDirectory, step: int) -> PosterSnapshot:
    """Read the snapshot of outer ``step``.

    Args:
        run: the run.
        step: outer step of the snapshot.

    Raises:
        RunError: the snapshot is missing or damaged.
    """
    try:
        return run.load_snapshot(step)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise RunError(
            f"{run.path}: the poster of step {step} cannot be read ({error}); choose another step"
        ) from error


def read_thumbnail(
    reader: SnapshotReader, step: int, largest_px: tuple[int, int], report: ProgressCallback
) -> NDArray[np.uint8]:
    """Read a thumbnail of a snapshot. Raises the errors of `SnapshotReader.read`.

    Args:
        reader: reader of the run.
        step: outer step of the snapshot.
        largest_px: maximum width and height. Smaller posters are not enlarged.
        report: callback for progress.

    Returns:
        uint8 [height, width, channels], with the preprocessing undone.
    """
    return _downsampled(reader.read(step, report).seen, largest_px)


def _downsampled(pixels: NDArray[np.uint8], largest_px: tuple[int, int]) -> NDArray[np.uint8]:
    """Average the smallest square blocks of ``pixels`` that make the result fit into ``largest_px``."""
    height, width, channels = pixels.shape
    side = max(1, -(-width // largest_px[0]), -(-height // largest_px[1]))
    rows, columns = max(1, height // side), max(1, width // side)
    whole = pixels[: rows * side, : columns * side].reshape(
        rows, min(side, height), columns, min(side, width), channels
    )
    reduced: NDArray[np.uint8] = whole.mean(axis=(1, 3)).round().astype(np.uint8)
    return reduced
