"""Reading the posters a run has kept. Making a reader loads no torch; reading does."""

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
"""Posters read between two times that freed memory is given back: between those that are kept, the pieces
of hundreds that are not would amount to gigabytes."""


class SnapshotReader:
    """Reads snapshots of one run, on any threads; what undoes its preprocessing is read once, with the first.

    Args:
        path: the run directory.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._inverse_preprocessing: tuple[PosterLayout, Preprocessing] | None = None
        self._read_lock = Lock()
        self._reads = count(1)

    def read(self, step: int, report: ProgressCallback) -> RenderedPoster:
        """The poster kept at outer ``step``.

        Args:
            step: of `RunDirectory.snapshot_steps`.
            report: receives progress where the dataset has to be read; raising `CancelledError` ends it.

        Raises:
            RunError: it is no longer there, or damaged.
            DataError: the run has no evaluation yet and its dataset is gone.
        """
        from podd_app.workers.pixels import render_poster

        snapshot = read_snapshot(RunDirectory.open(self._path), step)
        if next(self._reads) % READS_PER_MEMORY_RELEASE == 0:
            release_freed_memory()
        # The first use inverts the whitening matrix, which others then wait for instead of doing it too.
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
    """The snapshot ``run`` keeps of outer ``step``.

    Raises:
        RunError: it is no longer there, or damaged.
    """
    try:
        return run.load_snapshot(step)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise RunError(
            f"{run.path}: the poster of step {step} cannot be read ({error}); choose another"
        ) from error


def read_thumbnail(
    reader: SnapshotReader, step: int, largest_px: tuple[int, int], report: ProgressCallback
) -> NDArray[np.uint8]:
    """A kept poster, as seen and small, uint8 [height, width, channels].

    Args:
        reader: of the run.
        step: which poster.
        largest_px: width and height that it does not exceed; a smaller poster is not enlarged.
        report: as in `SnapshotReader.read`, which also says what is raised.
    """
    return _downsampled(reader.read(step, report).seen, largest_px)


def _downsampled(pixels: NDArray[np.uint8], largest_px: tuple[int, int]) -> NDArray[np.uint8]:
    """Averages of square blocks, as few as make ``pixels`` [height, width, channels] no larger than asked."""
    height, width, channels = pixels.shape
    side = max(1, -(-width // largest_px[0]), -(-height // largest_px[1]))
    rows, columns = max(1, height // side), max(1, width // side)
    whole = pixels[: rows * side, : columns * side].reshape(
        rows, min(side, height), columns, min(side, width), channels
    )
    reduced: NDArray[np.uint8] = whole.mean(axis=(1, 3)).round().astype(np.uint8)
    return reduced
