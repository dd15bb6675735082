"""Looks at a run that another process writes, about once a second, off the GUI thread."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from podd_app.engine.jobs import JobRunner
from podd_app.models.run_status import ErrorReport

if TYPE_CHECKING:
    from podd_app.workers.run_follower import RunFollower, RunUpdate

POLL_INTERVAL_MS = 1000
"""Time between two looks. Looking works on shared folders too, where the system tells of no change."""


class RunWatcher(QObject):
    """Follows one run at a time.

    Args:
        jobs: does the looking.
    """

    updated = Signal(object)
    """A `podd_app.workers.run_follower.RunUpdate`."""
    failed = Signal(object)
    """A `ErrorReport`: the run is gone or damaged, and is watched no more."""

    def __init__(self, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._follower: RunFollower | None = None
        self._poll_timer = QTimer(self, singleShot=True, interval=POLL_INTERVAL_MS)
        self._poll_timer.timeout.connect(self._poll)

    def follow(self, follower: "RunFollower") -> None:
        """Watch a run in place of any other."""
        self._follower = follower
        self._poll_timer.start()

    def stop_following(self) -> None:
        """Watch nothing; what a look under way brings is dropped."""
        self._follower = None
        self._poll_timer.stop()

    def _poll(self) -> None:
        follower = self._follower
        if follower is None:
            return
        job = self._jobs.start(follower.poll)
        job.succeeded.connect(lambda update: self._on_polled(follower, update))
        job.failed.connect(lambda error: self._on_failed(follower, error))

    def _on_polled(self, follower: "RunFollower", update: "RunUpdate") -> None:
        if follower is self._follower:
            self._poll_timer.start()
            self.updated.emit(update)

    def _on_failed(self, follower: "RunFollower", error: ErrorReport) -> None:
        if follower is self._follower:
            self.stop_following()
            self.failed.emit(error)
