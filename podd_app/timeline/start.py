"""The poster a run began with, and how far another has come from it."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from podd_app.jobs import Job
from podd_app.live import LivePoster
from podd_app.run_status import Trouble
from podd_app.session import Session
from podd_app.timeline.reel import Reel
from podd_engine.data.dataset import Report
from podd_engine.runs.directory import RunDirectory

_FAINTEST_LEVELS = 8
"""A map is never stretched beyond this many of a poster's 255 levels: less is how finely it is told."""


class Start(QObject):
    """Reads the first kept poster of the run on screen, once somebody wants it.

    Args:
        session: whose run it is.
        reel: knows what is kept.
    """

    changed = Signal()
    """`values` is another."""

    def __init__(self, session: Session, reel: Reel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._reel = session, reel
        self._path: Path | None = None
        self._wanted = False
        self._values: NDArray[np.float32] | None = None
        self._reading: Job | None = None
        reel.stops_changed.connect(self._read)

    @property
    def values(self) -> NDArray[np.float32] | None:
        """As trained, float32 [height, width, channels]; None while it is not read."""
        return self._values if self._path == self._run else None

    def want(self, wanted: bool) -> None:
        """Read it, for this run and those that follow; or read none any more."""
        self._wanted = wanted
        self._read()

    @property
    def _run(self) -> Path | None:
        story = self._session.record.story
        return story.path if story is not None else None

    def _read(self) -> None:
        path, stops = self._run, self._reel.stops
        if not self._wanted or path is None or not stops or path == self._path:
            return
        self._path, self._values = path, None

        def work(report: Report) -> NDArray[np.float32]:
            from podd_app.work.snapshots import read_snapshot

            return np.ascontiguousarray(read_snapshot(RunDirectory(path), stops[0]).poster.transpose(1, 2, 0))

        job = self._reading = self._reel.jobs.start(work)
        job.succeeded.connect(lambda values: self._on_read(job, values))
        job.failed.connect(lambda trouble: self._on_failed(job, trouble))

    def _on_read(self, job: Job, values: NDArray[np.float32]) -> None:
        if job is self._reading:
            self._values = values
            self.changed.emit()

    def _on_failed(self, job: Job, trouble: Trouble) -> None:
        if job is self._reading:
            self._session.report(trouble)


def difference(poster: LivePoster, start: NDArray[np.float32]) -> NDArray[np.uint8]:
    """How far each pixel has come from ``start``: black not at all, white the farthest.

    Args:
        poster: at some step.
        start: float32 [height, width, channels].

    Returns:
        uint8 [height, width]; the distance is that of the values as trained, summed over channels.
    """
    low, high = poster.span
    level = np.float32((high - low) / 255)
    values = poster.trained.astype(np.float32)
    values *= level
    values += np.float32(low)
    values -= start
    np.abs(values, out=values)
    moved = values[..., 0].copy()
    for channel in range(1, values.shape[2]):
        moved += values[..., channel]
    farthest = max(float(moved.max()), _FAINTEST_LEVELS * float(level)) or 1.0
    return (moved * np.float32(255 / farthest)).round().astype(np.uint8)
