"""Unpacks and opens the example runs of the program. No widgets."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from podd_app.engine.jobs import JobLane
from podd_app.engine.latest_job import LatestJob
from podd_app.models.session import Session
from podd_app.workers import examples as work
from podd_engine.progress import ProgressCallback

FIRST_EXAMPLE = "digits"


class ExampleService(QObject):
    """Unpacks an example run if needed, and opens the run.

    Args:
        session: the session that opens the run.
        jobs: lane that unpacks the run.
    """

    opened = Signal(object)
    """The path of the opened run."""

    def __init__(self, session: Session, jobs: JobLane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._unpacking = LatestJob(jobs, self)
        self._unpacking.succeeded.connect(self._on_unpacked)
        self._unpacking.failed.connect(session.report_error)

    def open(self, name: str = FIRST_EXAMPLE) -> None:
        """Open the example ``name``, one of `podd_app.workers.examples.EXAMPLES`.

        Repeated requests are ignored while an example is being unpacked.
        """

        def unpack(_: ProgressCallback) -> Path:
            return work.ensure_example_unpacked(name)

        if not self._unpacking.running:
            self._unpacking.start(unpack)

    def _on_unpacked(self, path: Path) -> None:
        self._session.open_path(path)
        self.opened.emit(path)
