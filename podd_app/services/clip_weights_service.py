"""Fetches the weights of CLIP off the GUI thread; orders that lacked them are then asked for. No widgets."""

from pathlib import Path

from PySide6.QtCore import QObject

from podd_app.engine.jobs import JobRunner
from podd_app.engine.task import BackgroundTask
from podd_app.models.session import Session
from podd_engine.progress import ProgressCallback


def weights_desk_of(session: Session) -> "ClipWeightsService":
    """The one desk of a session, made when it is first asked for."""
    return session.findChild(ClipWeightsService) or ClipWeightsService(session)


class ClipWeightsService(QObject):
    """One download at a time.

    Args:
        session: asks for orders.

    Attributes:
        task: the download.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._jobs = JobRunner(self)
        self.task = BackgroundTask(self._jobs, self)
        self.task.succeeded.connect(lambda path: session.class_order.retry_source("clip"))

    def fetch(self) -> None:
        """Fetch them, unless that is under way."""
        if not self.task.running:
            self.task.start(self.tr("Asking for the weights of CLIP…"), _fetch)

    def close(self) -> None:
        """Cancel, and wait until no thread is at work."""
        self._jobs.close()


def _fetch(report: ProgressCallback) -> Path:
    from podd_app.workers.class_order import fetch_weights

    return fetch_weights(report)
