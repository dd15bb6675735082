"""Background work with a progress display: how far, how long still, and what went wrong."""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from podd_app.engine.job import JobFunction
from podd_app.engine.jobs import JobLane
from podd_app.engine.latest_job import LatestJob
from podd_app.models.run_status import ErrorReport
from podd_engine.progress import Progress

_MIN_ELAPSED_S = 1.0
"""Time after which the speed of a stage says how long it will take."""


class TimeLeftEstimator:
    """How long a stage of work will still take, from how far it got since it began.

    Args:
        clock: gives the time, s.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._stage = ""
        self._began, self._first = 0.0, 0
        self.seconds: float | None = None

    def take(self, progress: Progress) -> None:
        """Follow the work; `seconds` is None while nobody knows."""
        now = self._clock()
        if progress.what != self._stage:
            # A download that goes on starts anywhere, so only what happens from here on counts.
            self._stage, self._began, self._first = progress.what, now, progress.done
        done, spent = progress.done - self._first, now - self._began
        known = done > 0 and spent >= _MIN_ELAPSED_S and progress.total > 0
        self.seconds = (progress.total - progress.done) * spent / done if known else None


class BackgroundTask(QObject):
    """Runs one job at a time and keeps its state for display. A new job cancels the previous job.

    Args:
        jobs: starts the jobs.
    """

    changed = Signal()
    """The work began, progressed or ended."""
    succeeded = Signal(object)
    """The return value of the work."""
    failed = Signal(object)
    """A `ErrorReport`, which is also kept."""

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
        # Receivers get the result first: a receiver of `changed` may ask for the same work again.
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
        """Remaining time of this stage of the work. None while it is unknown."""
        return self._time_left.seconds

    def start(self, what: str, work: JobFunction, subject: object = None, *, long: bool = False) -> None:
        """Begin ``work``.

        Args:
            what: the name of the work until it reports progress.
            work: the function to run.
            subject: kept in `subject`, to tell what an outcome belongs to.
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
            self.what, self.progress, self._time_left = self.tr("Cancelling…"), None, TimeLeftEstimator()
            self.changed.emit()

    def discard(self) -> None:
        """Cancel the work and forget it at once."""
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
