"""Screen reader announcements of run changes and errors."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from podd_app.models.run_status import ErrorReport, Phase, RunStatus
from podd_app.models.session import Session
from podd_app.qt.accessibility import announce
from podd_app.style.formatting import format_count


class Announcer(QObject):
    """Announces when a run starts, pauses and ends, and announces errors. Progress is not announced.

    Args:
        session: The session with the run.
        window: The widget that sends the announcements.
    """

    announced = Signal(str)
    """Emitted with each text that was sent to the screen reader."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._phase = session.run.phase
        session.run_changed.connect(self._on_run_changed)
        session.error_reported.connect(self._on_session_error_reported)
        session.notice_reported.connect(self._announce)

    def _on_run_changed(self) -> None:
        run = self._session.run
        if run.phase is not self._phase:
            self._phase = run.phase
            self._announce(self._text_for(run))

    def _on_session_error_reported(self, error: ErrorReport) -> None:
        self._announce(". ".join(part for part in (error.what.rstrip("."), error.remedy) if part))

    def _text_for(self, run: RunStatus) -> str:
        """Return the announcement of the phase of ``run``. Empty if the phase is not announced."""
        match run.phase:
            case Phase.RUNNING:
                return self.tr("Run in progress")
            case Phase.PAUSED:
                return self.tr("Run paused at step %s") % format_count(run.step)
            case Phase.FINISHED:
                return self.tr("Run finished after %n step(s)", "", run.step)
            case Phase.STOPPED:
                return self.tr("Run stopped and saved at step %s") % format_count(run.step)
        return ""  # a failure is announced as an error with its cause

    def _announce(self, text: str) -> None:
        if text:
            announce(self._window, text)
            self.announced.emit(text)
