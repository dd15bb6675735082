"""Fetches the weights of CLIP off the GUI thread; orders that lacked them are then asked for. No widgets."""

from pathlib import Path

from PySide6.QtCore import QObject

from podd_app.engine.jobs import Jobs
from podd_app.engine.task import Task
from podd_app.models.session import Session
from podd_engine.progress import Report


def weights_desk_of(session: Session) -> "WeightsDesk":
    """The one desk of a session, made when it is first asked for."""
    return session.findChild(WeightsDesk) or WeightsDesk(session)


class WeightsDesk(QObject):
    """One download at a time.

    Args:
        session: asks for orders.

    Attributes:
        task: the download.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._jobs = Jobs(self)
        self.task = Task(self._jobs, self)
        self.task.succeeded.connect(lambda path: session.orders.ask_source_again("clip"))

    def fetch(self) -> None:
        """Fetch them, unless that is under way."""
        if not self.task.running:
            self.task.start(self.tr("Asking for the weights of CLIP…"), _fetch)

    def close(self) -> None:
        """Cancel, and wait until no thread is at work."""
        self._jobs.close()


def _fetch(report: Report) -> Path:
    from podd_app.workers.class_order import fetch_weights

    return fetch_weights(report)
