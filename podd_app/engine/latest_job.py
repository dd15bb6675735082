"""Background jobs of which only the latest counts."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from podd_app.engine.job import Job, JobFunction
from podd_app.engine.jobs import JobLane


class LatestJob(QObject):
    """Runs one job at a time. A new job cancels the previous job, whose signals are dropped.

    Args:
        jobs: lane that runs the jobs.
    """

    progressed = Signal(object)
    """A `podd_engine.progress.Progress`; not emitted after `cancel`."""
    succeeded = Signal(object)
    """The return value of the work."""
    failed = Signal(object)
    """An `ErrorReport`."""
    cancelled = Signal()
    """Emitted when the job ended because of `cancel` or because the pool was closed."""
    ended = Signal()
    """Emitted after `succeeded`, `failed` or `cancelled`, unless a slot has started another job."""

    def __init__(self, jobs: JobLane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._job: Job | None = None
        self._generation = 0

    @property
    def running(self) -> bool:
        """Whether a job is queued or running. False while its result is emitted."""
        return self._job is not None

    @property
    def cancelling(self) -> bool:
        """Whether `cancel` was called and the job has not ended yet."""
        return self._job is not None and self._job.is_cancelling

    def start(self, work: JobFunction, *, long: bool = False) -> None:
        """Cancel the previous job, drop its result, and start ``work``; see `JobLane.start`."""
        self.drop()
        job = self._job = self._jobs.start(work, long=long)
        generation = self._generation
        job.progressed.connect(partial(self._on_progressed, generation))
        job.succeeded.connect(partial(self._on_ended, generation, self.succeeded.emit))
        job.failed.connect(partial(self._on_ended, generation, self.failed.emit))
        job.cancelled.connect(partial(self._on_ended, generation, self.cancelled.emit))

    def cancel(self) -> None:
        """Ask the job to end. `cancelled` is emitted when the job has ended."""
        if self._job is not None:
            self._job.cancel()

    def drop(self) -> None:
        """Cancel the job and drop its signals immediately."""
        self._generation += 1
        job, self._job = self._job, None
        if job is not None:
            job.cancel()

    def _is_latest(self, generation: int) -> bool:
        # A job can outlive the widget or service that owns this object.
        return generation == self._generation and isValid(self)

    def _on_progressed(self, generation: int, progress: object) -> None:
        if self._is_latest(generation) and not self.cancelling:
            self.progressed.emit(progress)

    def _on_ended(self, generation: int, emit: Callable[..., None], *result: object) -> None:
        if self._is_latest(generation):
            self._job = None
            emit(*result)
            if self._is_latest(generation):
                self.ended.emit()
