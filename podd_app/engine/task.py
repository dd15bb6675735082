"""Lengthy work as a card, the gallery and the panel see it: how far, how long still, what went wrong."""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from podd_app.engine.jobs import Job, JobFunction, JobRunner
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
    """At most one job at a time; starting another cancels it, and its answer is dropped.

    Args:
        jobs: where the work is done.
    """

    changed = Signal()
    """Began, went on, or ended."""
    succeeded = Signal(object)
    """What the work returned."""
    failed = Signal(object)
    """A `ErrorReport`, which is also kept."""

    def __init__(self, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._job: Job | None = None
        self._time_left = TimeLeftEstimator()
        self.what = ""
        self.subject: object = None
        self.progress: Progress | None = None
        self.error: ErrorReport | None = None
        self.was_cancelled = False

    @property
    def running(self) -> bool:
        """Whether work is under way."""
        return self._job is not None

    @property
    def cancelling(self) -> bool:
        """Whether it was asked to end and has not yet."""
        return self._job is not None and self._job.is_cancelling

    @property
    def seconds_remaining(self) -> float | None:
        """Of this stage of the work; None while nobody knows."""
        return self._time_left.seconds

    def start(self, what: str, work: JobFunction, subject: object = None) -> None:
        """Begin ``work``.

        Args:
            what: what it is called until it reports.
            work: what is done.
            subject: kept in `subject`, to tell what an outcome belongs to.
        """
        if self._job is not None:
            self._job.cancel()
        job = self._job = self._jobs.start(work)
        self._time_left = TimeLeftEstimator()
        self.what, self.subject = what, subject
        self.progress, self.error, self.was_cancelled = None, None, False
        job.progressed.connect(lambda progress: self._on_progressed(job, progress))
        job.succeeded.connect(lambda result: self._on_succeeded(job, result))
        job.failed.connect(lambda error: self._on_failed(job, error))
        job.cancelled.connect(lambda: self._on_cancelled(job))
        self.changed.emit()

    def cancel(self) -> None:
        """Ask the work to end; `changed` follows once it has."""
        if self._job is not None:
            self._job.cancel()
            self.what, self.progress, self._time_left = self.tr("Cancelling…"), None, TimeLeftEstimator()
            self.changed.emit()

    def discard(self) -> None:
        """Cancel, and forget about it at once."""
        if self._job is not None:
            self._job.cancel()
        self._job, self.subject, self.error, self.was_cancelled = None, None, None, False
        self.changed.emit()

    def _on_progressed(self, job: Job, progress: Progress) -> None:
        if job is self._job and not job.is_cancelling:
            self._time_left.take(progress)
            self.progress = progress
            self.changed.emit()

    def _on_succeeded(self, job: Job, result: object) -> None:
        if job is self._job:
            self._job = None
            # First what came of it: who hears that nothing runs any more may ask for it again.
            self.succeeded.emit(result)
            self.changed.emit()

    def _on_failed(self, job: Job, error: ErrorReport) -> None:
        if job is self._job:
            self._job, self.error = None, error
            self.changed.emit()
            self.failed.emit(error)

    def _on_cancelled(self, job: Job) -> None:
        if job is self._job:
            self._job, self.was_cancelled = None, True
            self.changed.emit()
