"""The name of a run, which is that of its folder: a title that can be written over."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget


class NameField(QLineEdit):
    """Enter, or going elsewhere, renames; Escape leaves it as it was."""

    renamed = Signal(str)
    """The name that was written."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = self._requested_name = ""
        self.setProperty("role", "name")
        self.setAccessibleName(self.tr("Name of the run"))
        self.editingFinished.connect(self._on_finished)

    def show_name(self, name: str) -> None:
        """Show the run's name; leaves alone what is being typed for the same run."""
        if name != self._name or not self.hasFocus():
            self._name = name
            self.reset_text()

    def reset_text(self) -> None:
        """Take back what was written."""
        self._requested_name = ""
        self.setText(self._name)
        self.setCursorPosition(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape takes back what was written."""
        if event.key() == Qt.Key.Key_Escape:
            self.reset_text()
            return
        super().keyPressEvent(event)

    def _on_finished(self) -> None:
        name = self.text().strip()
        # Enter and then going elsewhere both finish; one name is asked for once.
        if name not in (self._name, self._requested_name):
            self._requested_name = name
            self.renamed.emit(name)
