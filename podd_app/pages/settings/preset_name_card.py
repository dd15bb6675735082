"""Asking for the name of a preset, where the button was."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from podd_app.widgets.text import Card, button, label


class PresetNameCard(Card):
    """Hidden until it asks. What is wrong with a name is said under it; a taken one may be replaced."""

    name_entered = Signal(str, bool)
    """The name, and whether what goes by it may be replaced. Answer with `dismiss` or `show_name_error`."""
    closed = Signal()
    """It asks no more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("card", parent)
        self._question = label("", "small", wraps=True)
        self.name = QLineEdit()
        self.name.setAccessibleName(self.tr("Name of the preset"))
        self._error_label = label("", "trouble", wraps=True)
        self.accept = button("", "")
        self.replace = button(self.tr("Replace it"), self.tr("Put these settings in its place"))
        self.cancel = button(self.tr("Cancel"), self.tr("Leave everything as it is"), "quiet")
        row = QHBoxLayout()
        row.setSpacing(12)
        for made in (self.accept, self.replace, self.cancel):
            row.addWidget(made)
        row.addStretch(1)
        self.column.setSpacing(6)
        for widget in (self._question, self.name, self._error_label):
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
        """What is wrong with the name; empty if nothing is."""
        return self._error_label.text()

    def ask(self, question: str, suggestion: str, accept: str, hint: str) -> None:
        """Ask ``question``, beginning with ``suggestion``; ``accept`` is what the button says."""
        self._question.setText(question)
        self.name.setText(suggestion)
        self.accept.setText(accept)
        self.accept.setToolTip(hint)
        self.show_name_error("", False)
        self.show()
        self.name.setFocus()
        self.name.selectAll()

    def dismiss(self) -> None:
        """Ask no more."""
        self.hide()
        self.closed.emit()

    def show_name_error(self, why: str, replaceable: bool) -> None:
        """Say what is wrong with the name; ``replaceable``: it is only taken."""
        self._error_label.setText(why)
        self._error_label.setVisible(bool(why))
        self.replace.setVisible(replaceable)
        self.accept.setVisible(not replaceable)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves everything as it is."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)
