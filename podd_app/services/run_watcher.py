"""Polls a run that another process writes about once per second, on a background thread."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from podd_app.engine.jobs import JobLane
from podd_app.engine.latest_job import LatestJob
from podd_app.models.run_status import ErrorReport

if TYPE_CHECKING:
    from podd_app.workers.run_follower import RunFollower, RunUpdate

POLL_INTERVAL_MS = 1000
"""Time between two polls. Unlike change notifications, polling also works on network folders."""


class RunWatcher(QObject):
    """Follows one run at a time.

    Args:
        jobs: lane that runs the polls.
    """

    updated = Signal(object)
    """A `podd_app.workers.run_follower.RunUpdate`."""
    failed = Signal(object)
    """An `ErrorReport`. The run is missing or damaged, and the watcher has stopped following it."""

    def __init__(self, jobs: JobLane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._follower: RunFollower | None = None
        self._poll_job = LatestJob(jobs, self)
        self._poll_job.succeeded.connect(self._on_polled)
        self._poll_job.failed.connect(self._on_failed)
        self._poll_timer = QTimer(self, singleShot=True, interval=POLL_INTERVAL_MS)
        self._poll_timer.timeout.connect(self._poll)

    def follow(self, follower: "RunFollower") -> None:
        """Follow a run instead of the previous run."""
        self.stop_following()
        self._follower = follower
        self._poll_timer.start()

    def stop_following(self) -> None:
        """Stop following the run, and drop the result of a poll in progress."""
        self._poll_job.drop()
        self._follower = None
        self._poll_timer.stop()

    def _poll(self) -> None:
        if self._follower is not None:
            self._poll_job.start(self._follower.poll)

    def _on_polled(self, update: "RunUpdate") -> None:
        self._poll_timer.start()
        self.updated.emit(update)

    def _on_failed(self, error: ErrorReport) -> None:
        self.stop_following()
        self.failed.emit(error)
