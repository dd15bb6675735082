"""Opens the finished runs that come with the program, unpacking them off the GUI thread. No widgets."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from podd_app.engine.jobs import JobLane
from podd_app.engine.latest_job import LatestJob
from podd_app.models.session import Session
from podd_app.workers import examples as work
from podd_engine.progress import ProgressCallback

FIRST_EXAMPLE = "digits"


class ExampleService(QObject):
    """Unpacks an example where it is not there yet, and opens it as any other run.

    Args:
        session: opens it.
        jobs: starts the unpacking.
    """

    opened = Signal(object)
    """The path of the run that was opened."""

    def __init__(self, session: Session, jobs: JobLane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._unpacking = LatestJob(jobs, self)
        self._unpacking.succeeded.connect(self._on_unpacked)
        self._unpacking.failed.connect(session.report_error)

    def open(self, name: str = FIRST_EXAMPLE) -> None:
        """Open the example ``name`` (see `podd_app.workers.examples`). Ignore repeated requests."""
        if not self._unpacking.running:
            self._unpacking.start(partial(_unpack, name))

    def _on_unpacked(self, path: Path) -> None:
        self._session.open_path(path)
        self.opened.emit(path)


def _unpack(name: str, report: ProgressCallback) -> Path:
    return work.ensure_example_unpacked(name)
