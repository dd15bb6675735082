"""Background request with a cache of results. Only the latest request counts."""

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
    """Runs the latest request, caches results, and drops results of older requests.

    Args:
        jobs: lane that runs the jobs.
        kept: number of cached results, at least 1.

    Attributes:
        requested_key: key of the latest request; None if nothing is requested.
        key: key of `result`; None before the first result.
        result: latest result. It may belong to an earlier request (see `key`).
        progress: progress of the present request; None while unknown.
        error: error of the latest request; None if there was none.
    """

    changed = Signal()
    """Emitted when an attribute has changed."""

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
        """Whether the result for `requested_key` is being computed."""
        return self._job.running

    def fetch(self, key: Hashable, work: JobFunction) -> None:
        """Request a result. Until it is available, `key` and `result` keep their values.

        Args:
            key: key of the result. A cached result is used immediately.
            work: function that computes the result.
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
        """Cancel the request. The last result is kept."""
        self._cancel_job()
        self.requested_key = None
        self.changed.emit()

    def reset(self) -> None:
        """Cancel the request, and discard all results."""
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
