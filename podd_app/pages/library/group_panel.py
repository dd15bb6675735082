"""Several runs chosen in the library: what they are together, and what can be done with them."""

from collections.abc import Sequence
from html import escape
from typing import get_args

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from podd_app.pages.library.run_texts import accuracy, status_word
from podd_app.pages.library.trash_question import TrashQuestion
from podd_app.style.formatting import count
from podd_app.widgets.text import Facts, button, label, section
from podd_engine.runs.run_info import RunGlance, Status


class GroupPanel(QWidget):
    """Facts of several runs, and the trash for them."""

    trash_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.facts = Facts()
        self.trouble = label("", "trouble", wraps=True)
        self.question = TrashQuestion()
        self.trash = button(
            self.tr("Move to trash…"), self.tr("Move their folders to the system's trash (Delete)"), "quiet"
        )
        self.trash.clicked.connect(self.trash_pressed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(section(self.tr("Runs")))
        column.addWidget(self.facts)
        column.addWidget(self.trouble)
        column.addWidget(self.trash, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.question)
        self.show_trouble("")

    def show_trouble(self, text: str) -> None:
        """Say what could not be done with one of them; empty: nothing went wrong."""
        self.trouble.setText(text)
        self.trouble.setVisible(bool(text))

    def show_runs(self, runs: Sequence[RunGlance]) -> None:
        """Tell about ``runs``."""
        statuses = [run.status for run in runs]
        lines = [self.tr("<b>%s</b> runs chosen") % count(len(runs))]
        lines += [
            f"{count(statuses.count(status))} {status_word(status)}"
            for status in get_args(Status)
            if status in statuses
        ]
        measured = [run for run in runs if run.accuracy is not None]
        if measured:
            best = max(measured, key=lambda run: run.accuracy or 0.0)
            lines.append(self.tr("best: <b>%s</b> by %s") % (accuracy(best), escape(best.path.name)))
        self.facts.set_html("<br>".join(lines))
        self.trash.setEnabled(any(status != "running" for status in statuses))
