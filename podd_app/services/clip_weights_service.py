"""Downloads the weights of CLIP, then asks again for the orders that need them. No widgets."""

from pathlib import Path

from PySide6.QtCore import QObject

from podd_app.engine.jobs import JobLane
from podd_app.engine.task import BackgroundTask
from podd_app.models.session import Session
from podd_engine.progress import ProgressCallback


class ClipWeightsService(QObject):
    """One download at a time.

    Args:
        session: asks for orders.
        jobs: starts the download.

    Attributes:
        task: the download.
    """

    def __init__(self, session: Session, jobs: JobLane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.task = BackgroundTask(jobs, self)
        self.task.succeeded.connect(lambda path: session.class_order.retry_source("clip"))

    def fetch(self) -> None:
        """Fetch them, unless that is under way."""
        if not self.task.running:
            self.task.start(self.tr("Asking for the weights of CLIP…"), _fetch, long=True)


def _fetch(report: ProgressCallback) -> Path:
    from podd_app.workers.class_order import fetch_weights

    return fetch_weights(report)
