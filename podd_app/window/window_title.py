"""Title of the main window with the progress of the run, and a request for attention when it ends."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from podd_app.models.session import Session
from podd_app.window.run_texts import title_text

PROGRAM_NAME = "PoDD Studio"


class WindowTitle(QObject):
    """Keeps the title of a window up to date, which the task bar and the window list show.

    Args:
        session: the session with the run.
        window: the window.
    """

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._was_active = False
        session.run_changed.connect(self._on_run_changed)
        session.run_progressed.connect(self._refresh)
        self._refresh()

    def _on_run_changed(self) -> None:
        phase = self._session.run.phase
        if self._was_active and not phase.active:
            QApplication.alert(self._window)  # has no effect while the window is active
        self._was_active = phase.active
        self._refresh()

    def _refresh(self) -> None:
        text = title_text(self._session)
        # Qt replaces the text "[*]" in titles. A run can have such a name.
        title = f"{text} – {PROGRAM_NAME}".replace("[*]", "[*][*]") if text else PROGRAM_NAME
        if title != self._window.windowTitle():
            self._window.setWindowTitle(title)
