"""Text box for a command line."""

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QFontDatabase, QKeyEvent, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QWidget

_HYPHEN, _NON_BREAKING_HYPHEN = "-", "\u2011"


class CommandEdit(QPlainTextEdit):
    """Text box with a monospaced font that breaks lines only between the words of a command.

    Qt breaks a line after each hyphen, also after the two hyphens of a flag. The box therefore contains
    non-breaking hyphens. `command`, and text that is copied from the box, contain regular hyphens.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setTabChangesFocus(True)

    @property
    def command(self) -> str:
        """The text with regular hyphens."""
        return self.toPlainText().replace(_NON_BREAKING_HYPHEN, _HYPHEN)

    def set_command(self, command: str) -> None:
        """Replace the text."""
        self.setPlainText(unbreakable(command))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Insert a non-breaking hyphen when the user types a hyphen."""
        if event.text() == _HYPHEN:
            self.insertPlainText(_NON_BREAKING_HYPHEN)
        else:
            super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste or drop a text."""
        self.insertPlainText(unbreakable(source.text()))

    def createMimeDataFromSelection(self) -> QMimeData:
        """Copy or drag the selection with regular hyphens."""
        data = QMimeData()
        selected = self.textCursor().selection().toPlainText()
        data.setText(selected.replace(_NON_BREAKING_HYPHEN, _HYPHEN))
        return data


def unbreakable(text: str) -> str:
    """Return ``text`` with non-breaking hyphens."""
    return text.replace(_HYPHEN, _NON_BREAKING_HYPHEN)
