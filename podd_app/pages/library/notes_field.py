"""Text field for the notes of a run."""

from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from podd_app.style.theme import scaled

PAUSE_MS = 1000
"""Notes are saved after this pause in typing."""

_HEIGHT_PX = 96


class NotesField(QPlainTextEdit):
    """Plain text field that shows the notes of one run and saves changes automatically."""

    notes_requested = Signal(object)
    """Path of a run. The receiver reads its notes and calls `show_notes`."""
    notes_edited = Signal(object, str)
    """Path of a run and its new notes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._save_timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._save_timer.timeout.connect(self.commit)
        self.setPlaceholderText(self.tr("Notes about this run"))
        self.setAccessibleName(self.tr("Notes"))
        self.setTabChangesFocus(True)
        self.setFixedHeight(scaled(_HEIGHT_PX))
        self.setEnabled(False)
        self.textChanged.connect(self._on_text_changed)

    def set_run(self, path: Path | None) -> None:
        """Save the notes of the previous run and request the notes of the run at ``path``."""
        if path == self._path:
            return
        self.commit()
        self._path = path
        self._set_text("")
        self.setEnabled(False)
        if path is not None:
            self.notes_requested.emit(path)

    def show_notes(self, path: Path, text: str) -> None:
        """Show the notes of the run at ``path``; ignored if another run is shown."""
        if path == self._path:
            self._set_text(text)
            self.setEnabled(True)

    def update_path(self, old: Path, new: Path) -> None:
        """Update the path after a rename."""
        if old == self._path:
            self._path = new

    def clear_run(self, path: Path) -> None:
        """Discard the notes of a run that was moved to the trash."""
        if path == self._path:
            self._set_text("")
            self.set_run(None)

    def commit(self) -> None:
        """Save unsaved changes."""
        self._save_timer.stop()
        if self.document().isModified() and self._path is not None:
            self.document().setModified(False)
            self.notes_edited.emit(self._path, self.toPlainText())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Save unsaved changes."""
        super().focusOutEvent(event)
        self.commit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Save unsaved changes."""
        super().hideEvent(event)
        self.commit()

    def _set_text(self, text: str) -> None:
        self.setPlainText(text)
        self.document().setModified(False)
        self._save_timer.stop()

    def _on_text_changed(self) -> None:
        if self.document().isModified():
            self._save_timer.start()
