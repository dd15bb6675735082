"""One thing that is asked off the GUI thread, again and again; only the latest question counts."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

from PySide6.QtCore import QObject, Signal

from podd_app.engine.jobs import Job, JobFunction, JobRunner
from podd_app.models.run_status import ErrorReport
from podd_engine.progress import Progress


class CachedRequest(QObject):
    """Asks; keeps the last answers; drops what nobody wants any more.

    Args:
        jobs: do the work.
        kept: answers kept, at least 1.
    """

    changed = Signal()
    """Anything below is another."""

    def __init__(self, jobs: JobRunner, parent: QObject | None = None, kept: int = 16) -> None:
        super().__init__(parent)
        self._jobs, self._cache_size = jobs, kept
        self._cache: OrderedDict[Hashable, Any] = OrderedDict()
        self._job: Job | None = None
        self.requested_key: Hashable | None = None
        self.key: Hashable | None = None
        self.result: Any = None
        self.progress: Progress | None = None
        self.error: ErrorReport | None = None

    @property
    def is_pending(self) -> bool:
        """Whether the answer to what is wanted is on its way."""
        return self._job is not None

    def fetch(self, key: Hashable, work: JobFunction) -> None:
        """Want the answer called ``key``, which ``work`` finds; at once if it is kept.

        Until it is there, `key` and `result` are those of the answer before.
        """
        if key == self.requested_key and (self.is_pending or self.key == key):
            return
        self._cancel_job()
        self.requested_key = key
        if key in self._cache:
            self._cache.move_to_end(key)
            self.key, self.result = key, self._cache[key]
        else:
            job = self._job = self._jobs.start(work)
            job.progressed.connect(lambda progress: self._on_progressed(job, progress))
            job.succeeded.connect(lambda result: self._on_succeeded(job, result))
            job.failed.connect(lambda error: self._on_failed(job, error))
        self.changed.emit()

    def stop(self) -> None:
        """Want nothing any more; the last answer stays."""
        self._cancel_job()
        self.requested_key = None
        self.changed.emit()

    def reset(self) -> None:
        """Want and know nothing."""
        self._cache.clear()
        self.key = self.result = None
        self.stop()

    def _cancel_job(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self._job = self.progress = self.error = None

    def _on_progressed(self, job: Job, progress: Progress) -> None:
        if job is self._job:
            self.progress = progress
            self.changed.emit()

    def _on_succeeded(self, job: Job, result: Any) -> None:
        if job is not self._job or self.requested_key is None:
            return
        self._job = self.progress = None
        self.key, self.result = self.requested_key, result
        self._cache[self.key] = result
        while len(self._cache) > self._cache_size:
            self._cache.popitem(last=False)
        self.changed.emit()

    def _on_failed(self, job: Job, error: ErrorReport) -> None:
        if job is self._job:
            self._job = self.progress = None
            self.error = error
            self.changed.emit()
