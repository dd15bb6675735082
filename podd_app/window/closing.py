"""Closes the main window: asks during a run, stops the run, and closes when the run has ended."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from podd_app.models.run_status import Phase
from podd_app.models.session import Session
from podd_app.style.formatting import format_count
from podd_app.style.icons import pixmap
from podd_app.style.theme import colors_of


class WindowClosing(QObject):
    """Decides whether the window may close.

    During a run, the window asks first. The run can end while the question is open. The window closes
    when the run has been stopped. If the run fails instead, for example because the disk is full, the
    window stays open and shows the error.

    Args:
        session: the session with the run.
        window: the window to close.
    """

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._closes_after_run = self._closes_after_failure = False
        self.question: QMessageBox | None = None
        session.run_changed.connect(self._on_run_changed)

    def may_close(self) -> bool:
        """Return whether the window may close now. Ask the user if a run is in progress."""
        phase = self._session.run.phase
        if not phase.active:
            return True
        if phase is Phase.STOPPING:
            self._closes_after_run = True
            return False
        if self.question is not None:
            self.question.raise_()
            self.question.activateWindow()
            return False
        if not self._asks_whether_to_stop():
            return False
        # The run may have ended while the question was open.
        self._closes_after_run = self._session.run.phase.active
        self._session.stop()
        return not self._closes_after_run and self._session.run.phase is not Phase.FAILED

    def close_without_question(self) -> None:
        """Stop the run in progress, if any, and close the window, even if the run fails."""
        self._dismiss_question()
        self._closes_after_run = self._closes_after_failure = True
        self._session.stop()
        self._close_if_ended()

    # The question

    def _asks_whether_to_stop(self) -> bool:
        window = self._window
        box = self.question = QMessageBox(window)
        box.setIconPixmap(pixmap("run", colors_of(window).accent, 32, window.devicePixelRatioF()))
        box.setTextFormat(Qt.TextFormat.PlainText)
        stop = self._stop_button = box.addButton("", QMessageBox.ButtonRole.AcceptRole)
        keep = box.addButton(self.tr("Keep running"), QMessageBox.ButtonRole.RejectRole)
        # Return and Escape choose the button that loses nothing.
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        self._show_question_texts()
        box.exec()
        self.question = None
        box.deleteLater()
        return box.clickedButton() is stop

    def _show_question_texts(self) -> None:
        run, box = self._session.run, self.question
        if box is None:
            return
        if run.is_preparing and not run.step:
            box.setText(self.tr("A run is being prepared."))
            box.setInformativeText(self.tr("Closing cancels the preparation. No run has been saved yet."))
            self._stop_button.setText(self.tr("Cancel and close"))
            return
        self._stop_button.setText(self.tr("Stop and close"))
        step = format_count(run.step)
        if run.is_preparing:
            box.setText(self.tr("A run is being resumed."))
            text = self.tr("Closing cancels this. The run stays saved at step %s. You can resume it later.")
        elif run.phase is Phase.PAUSED:
            box.setText(self.tr("A run is paused."))
            text = self.tr("Closing saves and stops the run at step %s. You can resume it later.")
        else:
            box.setText(self.tr("A run is in progress."))
            text = self.tr("Closing saves and stops the run after step %s. You can resume it later.")
        box.setInformativeText(text % step)

    def _dismiss_question(self) -> None:
        if self.question is not None:
            self.question.reject()

    # The run

    def _on_run_changed(self) -> None:
        phase = self._session.run.phase
        if phase.active:
            self._show_question_texts()
            return
        # A question about a run that has ended has no subject anymore. The user sees its result.
        self._dismiss_question()
        self._close_if_ended()

    def _close_if_ended(self) -> None:
        phase = self._session.run.phase
        if not self._closes_after_run or phase.active:
            return
        self._closes_after_run = False
        if phase is not Phase.FAILED or self._closes_after_failure:
            self._window.close()
