"""Card that asks for the name of a preset."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from podd_app.qt.plain_text import set_tooltip
from podd_app.widgets.text import Card, button, label


class PresetNameCard(Card):
    """Card with a name field, an error message, and buttons. Hidden until `ask` is called."""

    name_entered = Signal(str, bool)
    """Emitted with the name and whether to replace an existing preset.

    The owner answers with `dismiss` or `show_name_error`.
    """
    closed = Signal()
    """Emitted when the card was hidden."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("card", parent)
        self._prompt = label("", "small", wraps=True)
        self.name = QLineEdit()
        self.name.setAccessibleName(self.tr("Preset name"))
        self._error_label = label("", "trouble", wraps=True)
        self.accept = button("", "")
        self.replace = button(self.tr("Replace"), self.tr("Replace the existing preset with these settings"))
        self.cancel = button(self.tr("Cancel"), self.tr("Close without changes"), "quiet")
        row = QHBoxLayout()
        row.setSpacing(12)
        for action in (self.accept, self.replace, self.cancel):
            row.addWidget(action)
        row.addStretch(1)
        self.column.setSpacing(6)
        for widget in (self._prompt, self.name, self._error_label):
            self.column.addWidget(widget)
        self.column.addLayout(row)
        self.name.textEdited.connect(lambda: self.show_name_error("", False))
        self.name.returnPressed.connect(self.accept.click)
        self.accept.clicked.connect(lambda: self.name_entered.emit(self.name.text().strip(), False))
        self.replace.clicked.connect(lambda: self.name_entered.emit(self.name.text().strip(), True))
        self.cancel.clicked.connect(self.dismiss)
        self.hide()

    @property
    def error(self) -> str:
        """The error message; empty without an error."""
        return self._error_label.text()

    def ask(self, prompt: str, suggestion: str, accept: str, hint: str) -> None:
        """Show the card.

        Args:
            prompt: text above the name field.
            suggestion: initial name.
            accept: text of the button that accepts the name.
            hint: tooltip of that button.
        """
        self._prompt.setText(prompt)
        self.name.setText(suggestion)
        self.accept.setText(accept)
        set_tooltip(self.accept, hint)
        self.show_name_error("", False)
        self.show()
        self.name.setFocus()
        self.name.selectAll()

    def dismiss(self) -> None:
        """Hide the card and emit `closed`."""
        self.hide()
        self.closed.emit()

    def show_name_error(self, error: str, replaceable: bool) -> None:
        """Show why the name is not accepted.

        Args:
            error: error message. If empty, the message is removed.
            replaceable: whether the only problem is an existing preset that the user may replace.
        """
        self._error_label.setText(error)
        self._error_label.setVisible(bool(error))
        self.replace.setVisible(replaceable)
        self.accept.setVisible(not replaceable)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hide the card on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)
