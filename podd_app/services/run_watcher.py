"""Looks at a run that another process writes, about once a second, off the GUI thread."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from podd_app.engine.jobs import JobLane
from podd_app.engine.latest_job import LatestJob
from podd_app.models.run_status import ErrorReport

if TYPE_CHECKING:
    from podd_app.workers.run_follower import RunFollower, RunUpdate

POLL_INTERVAL_MS = 1000
"""Time between two looks. Looking works on shared folders too, where the system tells of no change."""


class RunWatcher(QObject):
    """Follows one run at a time.

    Args:
        jobs: starts the looks.
    """

    updated = Signal(object)
    """A `podd_app.workers.run_follower.RunUpdate`."""
    failed = Signal(object)
    """A `ErrorReport`: the run is gone or damaged, and is watched no more."""

    def __init__(self, jobs: JobLane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._follower: RunFollower | None = None
        self._looking = LatestJob(jobs, self)
        self._looking.succeeded.connect(self._on_polled)
        self._looking.failed.connect(self._on_failed)
        self._poll_timer = QTimer(self, singleShot=True, interval=POLL_INTERVAL_MS)
        self._poll_timer.timeout.connect(self._poll)

    def follow(self, follower: "RunFollower") -> None:
        """Watch a run in place of any other."""
        self.stop_following()
        self._follower = follower
        self._poll_timer.start()

    def stop_following(self) -> None:
        """Watch nothing. The result of a look under way is dropped."""
        self._looking.drop()
        self._follower = None
        self._poll_timer.stop()

    def _poll(self) -> None:
        if self._follower is not None:
            self._looking.start(self._follower.poll)

    def _on_polled(self, update: "RunUpdate") -> None:
        self._poll_timer.start()
        self.updated.emit(update)

    def _on_failed(self, error: ErrorReport) -> None:
        self.stop_following()
        self.failed.emit(error)
