"""Downloads the CLIP weights and then recomputes the class orders that need them. No widgets."""

from pathlib import Path

from PySide6.QtCore import QObject

from podd_app.engine.jobs import JobLane
from podd_app.engine.task import BackgroundTask
from podd_app.models.session import Session
from podd_engine.progress import ProgressCallback


class ClipWeightsService(QObject):
    """Runs at most one download of the CLIP weights at a time.

    Args:
        session: the session whose class orders are recomputed.
        jobs: lane that runs the download.

    Attributes:
        task: the download.
    """

    def __init__(self, session: Session, jobs: JobLane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.task = BackgroundTask(jobs, self)
        self.task.succeeded.connect(self._on_succeeded)

    def fetch(self) -> None:
        """Start the download unless it is already running."""
        if not self.task.running:
            self.task.start(self.tr("Requesting the CLIP weights…"), _fetch, long=True)

    def _on_succeeded(self) -> None:
        self._session.class_order.retry_source("clip")


def _fetch(report: ProgressCallback) -> Path:
    from podd_app.workers.class_order import fetch_weights

    return fetch_weights(report)
