"""Background work with progress, remaining time and error for display."""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from podd_app.engine.job import JobFunction
from podd_app.engine.jobs import JobLane
from podd_app.engine.latest_job import LatestJob
from podd_app.models.run_status import ErrorReport
from podd_engine.progress import Progress

_MIN_ELAPSED_S = 1.0
"""Minimum run time of a stage before its remaining time is estimated."""


class TimeLeftEstimator:
    """Estimates the remaining time of a stage of work from its speed since the stage started.

    Args:
        clock: function that returns the time in s.

    Attributes:
        seconds: remaining time in s; None while unknown.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._stage = ""
        self._started_at, self._first_done = 0.0, 0
        self.seconds: float | None = None

    def take(self, progress: Progress) -> None:
        """Update `seconds` after a progress report."""
        now = self._clock()
        if progress.what != self._stage:
            # A resumed download does not start at 0. Only progress since the first report counts.
            self._stage, self._started_at, self._first_done = progress.what, now, progress.done
        done, elapsed = progress.done - self._first_done, now - self._started_at
        known = done > 0 and elapsed >= _MIN_ELAPSED_S and progress.total > 0
        self.seconds = (progress.total - progress.done) * elapsed / done if known else None


class BackgroundTask(QObject):
    """Runs one job at a time and keeps its state for display. A new job cancels the previous job.

    Args:
        jobs: lane that runs the jobs.

    Attributes:
        what: name of the work.
        subject: value that the caller passed to `start`.
        progress: latest progress; None before the first report.
        error: error of the work; None if there was none.
        was_cancelled: whether the work was canceled.
    """

    changed = Signal()
    """Emitted when the work started, progressed or ended."""
    succeeded = Signal(object)
    """The return value of the work."""
    failed = Signal(object)
    """An `ErrorReport`, which is also stored in `error`."""

    def __init__(self, jobs: JobLane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job = LatestJob(jobs, self)
        self._time_left = TimeLeftEstimator()
        self.what = ""
        self.subject: object = None
        self.progress: Progress | None = None
        self.error: ErrorReport | None = None
        self.was_cancelled = False
        self._job.progressed.connect(self._on_progressed)
        # Emit `succeeded` first, because a receiver of `changed` may request the same work again.
        self._job.succeeded.connect(self.succeeded)
        self._job.succeeded.connect(self.changed)
        self._job.failed.connect(self._on_failed)
        self._job.cancelled.connect(self._on_cancelled)

    @property
    def running(self) -> bool:
        """Whether work waits or runs."""
        return self._job.running

    @property
    def cancelling(self) -> bool:
        """Whether the work was cancelled and has not ended yet."""
        return self._job.cancelling

    @property
    def seconds_remaining(self) -> float | None:
        """Remaining time of the present stage in s; None while unknown."""
        return self._time_left.seconds

    def start(self, what: str, work: JobFunction, subject: object = None, *, long: bool = False) -> None:
        """Start ``work``.

        Args:
            what: name of the work until it reports progress.
            work: function to run.
            subject: value for `subject`, which identifies the work.
            long: as for `JobLane.start`.
        """
        self._job.start(work, long=long)
        self._time_left = TimeLeftEstimator()
        self.what, self.subject = what, subject
        self.progress, self.error, self.was_cancelled = None, None, False
        self.changed.emit()

    def cancel(self) -> None:
        """Ask the work to end. `changed` is emitted when the work has ended."""
        if self.running:
            self._job.cancel()
            self.what, self.progress, self._time_left = self.tr("Canceling…"), None, TimeLeftEstimator()
            self.changed.emit()

    def discard(self) -> None:
        """Cancel the work and drop its result immediately."""
        self._job.drop()
        self.subject, self.error, self.was_cancelled = None, None, False
        self.changed.emit()

    def _on_progressed(self, progress: Progress) -> None:
        self._time_left.take(progress)
        self.progress = progress
        self.changed.emit()

    def _on_failed(self, error: ErrorReport) -> None:
        self.error = error
        self.changed.emit()
        self.failed.emit(error)

    def _on_cancelled(self) -> None:
        self.was_cancelled = True
        self.changed.emit()
