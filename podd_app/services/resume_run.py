"""Going on with a run that lies on disk: it is opened first, and resumed once it is open."""

from pathlib import Path

from PySide6.QtCore import QObject

from podd_app.models.run_status import Phase
from podd_app.models.session import Session


class Resumption(QObject):
    """Resumes one run at a time; what could not be opened is not resumed later.

    Args:
        session: opens and resumes.
    """

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._path: Path | None = None
        session.run_changed.connect(self._on_run_changed)
        session.troubled.connect(self._on_troubled)

    def resume(self, path: Path) -> None:
        """Go on with the run at ``path`` from its checkpoint; does nothing while a run is going on."""
        run = self._session.run
        if run.phase.active:
            return
        if run.path == path and run.phase.over and run.resumable:
            self._session.go_to("run")
            self._session.resume()
            return
        self._path = path
        self._session.open_path(path)

    def _on_run_changed(self) -> None:
        run = self._session.run
        if self._path is None or run.path != self._path:
            return
        if run.phase.over:
            self._path = None
            self._session.resume()
        elif run.phase is Phase.WATCHED:
            self._path = None  # another process was quicker

    def _on_troubled(self) -> None:
        self._path = None
