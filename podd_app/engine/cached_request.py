"""A background request whose last answers are kept, and of which only the latest counts."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

from PySide6.QtCore import QObject, Signal

from podd_app.engine.job import JobFunction
from podd_app.engine.jobs import JobLane
from podd_app.engine.latest_job import LatestJob
from podd_app.models.run_status import ErrorReport
from podd_engine.progress import Progress


class CachedRequest(QObject):
    """Runs a request, keeps the last answers, and drops answers that are not wanted any more.

    Args:
        jobs: starts the jobs.
        kept: number of answers kept, at least 1.
    """

    changed = Signal()
    """Any attribute changed."""

    def __init__(self, jobs: JobLane, parent: QObject | None = None, kept: int = 16) -> None:
        super().__init__(parent)
        self._cache_size = kept
        self._cache: OrderedDict[Hashable, Any] = OrderedDict()
        self._job = LatestJob(jobs, self)
        self.requested_key: Hashable | None = None
        self.key: Hashable | None = None
        self.result: Any = None
        self.progress: Progress | None = None
        self.error: ErrorReport | None = None
        self._job.progressed.connect(self._on_progressed)
        self._job.succeeded.connect(self._on_succeeded)
        self._job.failed.connect(self._on_failed)

    @property
    def is_pending(self) -> bool:
        """Whether the answer to `requested_key` is on its way."""
        return self._job.running

    def fetch(self, key: Hashable, work: JobFunction) -> None:
        """Ask for the answer called ``key``, which ``work`` computes unless it is kept.

        Until the answer arrives, `key` and `result` are those of the previous answer.
        """
        if key == self.requested_key and (self.is_pending or self.key == key):
            return
        self._cancel_job()
        self.requested_key = key
        if key in self._cache:
            self._cache.move_to_end(key)
            self.key, self.result = key, self._cache[key]
        else:
            self._job.start(work)
        self.changed.emit()

    def stop(self) -> None:
        """Ask for nothing any more. The last answer stays."""
        self._cancel_job()
        self.requested_key = None
        self.changed.emit()

    def reset(self) -> None:
        """Ask for nothing any more, and drop all answers."""
        self._cache.clear()
        self.key = self.result = None
        self.stop()

    def _cancel_job(self) -> None:
        self._job.drop()
        self.progress = self.error = None

    def _on_progressed(self, progress: Progress) -> None:
        self.progress = progress
        self.changed.emit()

    def _on_succeeded(self, result: Any) -> None:
        self.progress = None
        self.key, self.result = self.requested_key, result
        self._cache[self.key] = result
        while len(self._cache) > self._cache_size:
            self._cache.popitem(last=False)
        self.changed.emit()

    def _on_failed(self, error: ErrorReport) -> None:
        self.progress, self.error = None, error
        self.changed.emit()
