"""The notes of a run, as they are being written."""

from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from podd_app.style.theme import scaled

PAUSE_MS = 1000
"""Notes are kept when nothing was typed for this long."""

_HEIGHT_PX = 96


class NotesField(QPlainTextEdit):
    """Lines of plain text that belong to one run at a time."""

    notes_requested = Signal(object)
    """The path of a run whose notes are to be given to `show_notes`."""
    notes_edited = Signal(object, str)
    """The path of a run, and what its notes are now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.commit)
        self.setPlaceholderText(self.tr("What is worth remembering about this run"))
        self.setAccessibleName(self.tr("Notes"))
        self.setTabChangesFocus(True)
        self.setFixedHeight(scaled(_HEIGHT_PX))
        self.setEnabled(False)
        self.textChanged.connect(self._on_typed)

    def set_run(self, path: Path | None) -> None:
        """Show the notes of another run, keeping what was typed for the one before."""
        if path == self._path:
            return
        self.commit()
        self._path = path
        self._fill("")
        self.setEnabled(False)
        if path is not None:
            self.notes_requested.emit(path)

    def show_notes(self, path: Path, text: str) -> None:
        """Show what was read; ignored unless it is wanted still."""
        if path == self._path:
            self._fill(text)
            self.setEnabled(True)

    def update_path(self, old: Path, new: Path) -> None:
        """The run of these notes has another name."""
        if old == self._path:
            self._path = new

    def clear_run(self, path: Path) -> None:
        """The run is gone, and its notes with it."""
        if path == self._path:
            self._fill("")
            self.set_run(None)

    def commit(self) -> None:
        """Keep what was typed."""
        self._pause.stop()
        if self.document().isModified() and self._path is not None:
            self.document().setModified(False)
            self.notes_edited.emit(self._path, self.toPlainText())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keep what was typed."""
        super().focusOutEvent(event)
        self.commit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep what was typed."""
        super().hideEvent(event)
        self.commit()

    def _fill(self, text: str) -> None:
        self._pause.stop()
        self.setPlainText(text)
        self.document().setModified(False)
        self._pause.stop()

    def _on_typed(self) -> None:
        if self.document().isModified():
            self._pause.start()
