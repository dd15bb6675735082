"""Opens the finished runs that come with the program, unpacking them off the GUI thread. No widgets."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from podd_app.engine.jobs import Job, JobRunner
from podd_app.models.session import Session
from podd_app.workers import examples as work
from podd_engine.progress import ProgressCallback

FIRST_EXAMPLE = "digits"


def example_desk_of(session: Session) -> "ExampleService":
    """The one desk of a session, made when it is first asked for."""
    return session.findChild(ExampleService) or ExampleService(session)


class ExampleService(QObject):
    """Unpacks an example where it is not there yet, and opens it as any other run.

    Args:
        session: opens it.
    """

    opened = Signal(object)
    """The path of the run that was opened."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._jobs = JobRunner(self)
        self._unpacking: Job | None = None

    def open(self, name: str = FIRST_EXAMPLE) -> None:
        """Open the example ``name`` (see `podd_app.workers.examples`). Ignore repeated requests."""
        if self._unpacking is not None:
            return
        job = self._unpacking = self._jobs.start(partial(_unpack, name))
        job.succeeded.connect(self._on_unpacked)
        job.failed.connect(self._session.report_error)
        job.ended.connect(self._on_ended)

    def close(self) -> None:
        """Wait until no thread is at work."""
        self._jobs.close()

    def _on_unpacked(self, path: Path) -> None:
        self._session.open_path(path)
        self.opened.emit(path)

    def _on_ended(self) -> None:
        self._unpacking = None


def _unpack(name: str, report: ProgressCallback) -> Path:
    return work.ensure_example_unpacked(name)
