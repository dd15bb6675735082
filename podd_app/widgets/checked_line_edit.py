"""Line edit for a value that is typed as text and checked when the user finishes editing."""

from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from podd_app.widgets.number_text import NumberTextError


class CheckedLineEdit(QLineEdit):
    """Base class of fields that read a value from their text.

    A rejected text stays in the field with its error message, so that the user can correct the text.
    Escape, an accepted text and a new value remove both.
    """

    edited = Signal(object)
    """Emitted with the new value when the user finishes editing."""
    input_error_changed = Signal(str)
    """Emitted with the error message of a rejected text, or with an empty string."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: Any = None
        self._input_error = ""
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.editingFinished.connect(self.commit)

    @property
    def input_error(self) -> str:
        """Error message of the text in the field. Empty if the field shows its value or is being edited."""
        return self._input_error

    def show_value(self, changed: bool) -> None:
        """Show the value unless the text is being edited.

        Args:
            changed: whether the value is new. A new value replaces a rejected text.
        """
        if not self.isModified() and (changed or not self._input_error):
            self.discard_edit()

    def commit(self) -> bool:
        """Read the text if the user modified it. Return whether the field shows a valid value."""
        if self.isModified():
            self.setModified(False)
            try:
                value = self._read(self.text())
            except NumberTextError as error:
                self._set_input_error(str(error))
                return False
            changed = value != self._value
            self._value = value
            self.discard_edit()
            if changed:
                self.edited.emit(value)
        return not self._input_error

    def discard_edit(self) -> None:
        """Show the text of the value."""
        self.setText(self._value_text())
        self.setModified(False)
        self._set_input_error("")

    def _set_input_error(self, error: str) -> None:
        if error != self._input_error:
            self._input_error = error
            self.input_error_changed.emit(error)

    def _value_text(self) -> str:
        """Return the value as text."""
        raise NotImplementedError

    def _read(self, text: str) -> Any:
        """Return the value of a text. Raise `NumberTextError` if the text has none."""
        raise NotImplementedError

    def event(self, event: QEvent) -> bool:
        """Let the window handle Undo and Redo unless the text is being edited."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and not self.isModified()
            and (event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo))
        ):
            event.ignore()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Discard the edit on Escape."""
        if event.key() == Qt.Key.Key_Escape and (self.isModified() or self._input_error):
            self.discard_edit()
        else:
            super().keyPressEvent(event)
