"""Card with Python programs that use the exported files."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPlainTextEdit, QSizePolicy, QWidget

from podd_app.style.icons import icon
from podd_app.style.palette import FollowsPalette
from podd_app.style.theme import code_font, colors_of
from podd_app.widgets.text import Card, button, label

if TYPE_CHECKING:
    from podd_app.workers.export import ExamplePrograms

_MIN_LINES, _MAX_LINES = 4, 14
"""Lines of code that are visible in a small window and in a large window."""


class SnippetCard(FollowsPalette, Card):
    """Read-only code of two programs, a toggle between them, and a button that copies the shown program."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("outlined", parent)
        self._programs: ExamplePrograms | None = None
        self.code = QPlainTextEdit()
        self.code.setReadOnly(True)
        self.code.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.code.setFont(code_font())
        line_px, margins_px = self.code.fontMetrics().lineSpacing(), 20
        self.code.setMinimumHeight(_MIN_LINES * line_px + margins_px)
        self.code.setMaximumHeight(_MAX_LINES * line_px + margins_px)
        self.code.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.code.setAccessibleName(self.tr("Python program"))
        self.one_call = button(
            self.tr("One call"), self.tr("Train with one call of podd_engine, as the run does"), "toggle"
        )
        self.pytorch = button(
            self.tr("Plain PyTorch"), self.tr("The same training as a loop that you can edit"), "toggle"
        )
        self._versions = QButtonGroup(self)
        self.copy = button(self.tr("Copy"), self.tr("Copy the whole program to the clipboard"))
        row = QHBoxLayout()
        row.addWidget(label(self.tr("Python example"), "value"))
        row.addSpacing(8)
        for version in (self.one_call, self.pytorch):
            self._versions.addButton(version)
            row.addWidget(version)
        row.addStretch(1)
        row.addWidget(self.copy)
        explanation = self.tr(
            "Both versions train the network of the run with the recipe of its evaluation. They print their "
            "test accuracy and that of the run."
        )
        self.column.setSpacing(8)
        self.column.addLayout(row)
        self.column.addWidget(label(explanation, "muted", wraps=True))
        self.column.addWidget(self.code, 1)
        self.one_call.setChecked(True)
        self._versions.buttonClicked.connect(self._show_program)
        self.copy.clicked.connect(self._on_copy)
        self.follow_palette()

    def _apply_palette(self) -> None:
        self.copy.setIcon(icon("copy", colors_of(self).text, size_px=16))

    def show_programs(self, programs: "ExamplePrograms | None") -> None:
        """Show the selected version of the programs; None hides the card."""
        self._programs = programs
        self._show_program()
        self.setVisible(programs is not None)

    def _show_program(self) -> None:
        programs = self._programs
        if programs is not None:
            self.code.setPlainText(programs.one_call if self.one_call.isChecked() else programs.pytorch)
        self.copy.setText(self.tr("Copy"))

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.code.toPlainText())
        self.copy.setText(self.tr("Copied"))
