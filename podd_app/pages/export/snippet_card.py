"""Card with a Python program that uses the exported files."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget

from podd_app.style.icons import icon
from podd_app.style.theme import code_font, colors_of
from podd_app.widgets.text import Card, button, label

_LINES_SHOWN = 9


class SnippetCard(Card):
    """Read-only code and a button that copies the code."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("outlined", parent)
        self.code = QPlainTextEdit()
        self.code.setReadOnly(True)
        self.code.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.code.setFont(code_font())
        self.code.setFixedHeight(_LINES_SHOWN * self.code.fontMetrics().lineSpacing() + 20)
        self.code.setAccessibleName(self.tr("Python program"))
        self.copy = button(self.tr("Copy"), self.tr("Copy the whole program to the clipboard"))
        self.copy.setIcon(icon("copy", colors_of(self).text, size_px=16))
        self.copy.clicked.connect(self._on_copy)
        row = QHBoxLayout()
        row.addWidget(label(self.tr("Python example"), "value"))
        row.addSpacing(8)
        row.addWidget(label(self.tr("trains and tests a network"), "muted"))
        row.addStretch(1)
        row.addWidget(self.copy)
        self.column.setSpacing(8)
        self.column.addLayout(row)
        self.column.addWidget(self.code)

    def show_snippet(self, snippet: str) -> None:
        """Show a program; an empty string hides the card."""
        self.code.setPlainText(snippet)
        self.copy.setText(self.tr("Copy"))
        self.setVisible(bool(snippet))

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.code.toPlainText())
        self.copy.setText(self.tr("Copied"))
