"""Says aloud, sparingly, what a person who does not see the window would miss."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from podd_app.models.run_status import ErrorReport, Phase, RunStatus
from podd_app.models.session import Session
from podd_app.qt.accessibility import announce
from podd_app.style.formatting import format_count


class Announcer(QObject):
    """One sentence when a run begins, is held, and ends, and one for each trouble. Never for progress.

    Args:
        session: whose run it is.
        window: in whose name it is said.
    """

    announced = Signal(str)
    """The sentence that was handed to the screen reader."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._phase = session.run.phase
        session.run_changed.connect(self._on_run_changed)
        session.error_reported.connect(self._on_session_error_reported)

    def _on_run_changed(self) -> None:
        run = self._session.run
        if run.phase is not self._phase:
            self._phase = run.phase
            self._announce(self._sentence(run))

    def _on_session_error_reported(self, error: ErrorReport) -> None:
        self._announce(". ".join(part for part in (error.what.rstrip("."), error.remedy) if part))

    def _sentence(self, run: RunStatus) -> str:
        """What the new phase of the run is worth saying; empty: nothing."""
        match run.phase:
            case Phase.RUNNING:
                return self.tr("The run goes on")
            case Phase.PAUSED:
                return self.tr("The run is paused at step %s") % format_count(run.step)
            case Phase.FINISHED:
                return self.tr("The run has finished, after %s steps") % format_count(run.step)
            case Phase.STOPPED:
                return self.tr("The run has stopped at step %s; it is saved") % format_count(run.step)
        return ""  # a failure is told with its cause, as trouble

    def _announce(self, sentence: str) -> None:
        if sentence:
            announce(self._window, sentence)
            self.announced.emit(sentence)
