"""Lengthy work as a card, the gallery and the panel see it: how far, how long still, what went wrong."""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from podd_app.engine.jobs import Job, Jobs, Work
from podd_app.models.run_status import Trouble
from podd_engine.progress import Progress

_TELLING_S = 1.0
"""Time after which the speed of a stage says how long it will take."""


class TimeLeft:
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
        known = done > 0 and spent >= _TELLING_S and progress.total > 0
        self.seconds = (progress.total - progress.done) * spent / done if known else None


class Task(QObject):
    """At most one job at a time; starting another cancels it, and its answer is dropped.

    Args:
        jobs: where the work is done.
    """

    changed = Signal()
    """Began, went on, or ended."""
    succeeded = Signal(object)
    """What the work returned."""
    failed = Signal(object)
    """A `Trouble`, which is also kept."""

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._job: Job | None = None
        self._time_left = TimeLeft()
        self.what = ""
        self.asked_for: object = None
        self.progress: Progress | None = None
        self.trouble: Trouble | None = None
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
    def seconds_left(self) -> float | None:
        """Of this stage of the work; None while nobody knows."""
        return self._time_left.seconds

    def start(self, what: str, work: Work, asked_for: object = None) -> None:
        """Begin ``work``.

        Args:
            what: what it is called until it reports.
            work: what is done.
            asked_for: kept in `asked_for`, to tell what an outcome belongs to.
        """
        if self._job is not None:
            self._job.cancel()
        job = self._job = self._jobs.start(work)
        self._time_left = TimeLeft()
        self.what, self.asked_for = what, asked_for
        self.progress, self.trouble, self.was_cancelled = None, None, False
        job.progressed.connect(lambda progress: self._on_progressed(job, progress))
        job.succeeded.connect(lambda result: self._on_succeeded(job, result))
        job.failed.connect(lambda trouble: self._on_failed(job, trouble))
        job.cancelled.connect(lambda: self._on_cancelled(job))
        self.changed.emit()

    def cancel(self) -> None:
        """Ask the work to end; `changed` follows once it has."""
        if self._job is not None:
            self._job.cancel()
            self.what, self.progress, self._time_left = self.tr("Cancelling…"), None, TimeLeft()
            self.changed.emit()

    def abandon(self) -> None:
        """Cancel, and forget about it at once."""
        if self._job is not None:
            self._job.cancel()
        self._job, self.asked_for, self.trouble, self.was_cancelled = None, None, None, False
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

    def _on_failed(self, job: Job, trouble: Trouble) -> None:
        if job is self._job:
            self._job, self.trouble = None, trouble
            self.changed.emit()
            self.failed.emit(trouble)

    def _on_cancelled(self, job: Job) -> None:
        if job is self._job:
            self._job, self.was_cancelled = None, True
            self.changed.emit()
