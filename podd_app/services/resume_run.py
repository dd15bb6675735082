"""Opens a run on disk and then resumes it."""

from pathlib import Path

from PySide6.QtCore import QObject

from podd_app.models.run_status import Phase
from podd_app.models.session import Session


class RunResumer(QObject):
    """Resumes one run at a time. An error while the run is opened cancels the request.

    Args:
        session: the session that opens and resumes the run.
    """

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._path: Path | None = None
        session.run_changed.connect(self._on_run_changed)
        session.error_reported.connect(self._on_session_error_reported)

    def resume(self, path: Path) -> None:
        """Resume the run at ``path`` from its checkpoint. Does nothing while another run is in progress."""
        run = self._session.run
        if run.phase.active:
            return
        if run.path == path and run.phase.has_ended and run.resumable:
            self._session.show_page("run")
            self._session.resume()
            return
        self._path = path
        self._session.open_path(path)

    def _on_run_changed(self) -> None:
        run = self._session.run
        if self._path is None or run.path != self._path:
            return
        if run.phase.has_ended:
            self._path = None
            self._session.resume()
        elif run.phase is Phase.WATCHED:
            self._path = None  # another process has resumed the run

    def _on_session_error_reported(self) -> None:
        self._path = None
