"""Editable name of a run."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget


class NameField(QLineEdit):
    """Name of a run, which is also the name of its folder.

    Enter or loss of focus requests the rename. Escape restores the name.
    """

    rename_requested = Signal(str)
    """The new name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = self._requested_name = ""
        self.setProperty("role", "name")
        self.setAccessibleName(self.tr("Name of the run"))
        self.editingFinished.connect(self._on_finished)

    def show_name(self, name: str) -> None:
        """Show the name of a run, unless the user is editing the same name."""
        if name != self._name or not self.hasFocus():
            self._name = name
            self.reset_text()

    def reset_text(self) -> None:
        """Discard the edited text and show the name of the run."""
        self._requested_name = ""
        self.setText(self._name)
        self.setCursorPosition(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Discard the edited text on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.reset_text()
            return
        super().keyPressEvent(event)

    def _on_finished(self) -> None:
        name = self.text().strip()
        # Qt emits editingFinished twice: on Enter and on the following loss of focus.
        if name not in (self._name, self._requested_name):
            self._requested_name = name
            self.rename_requested.emit(name)
