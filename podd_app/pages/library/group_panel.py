"""Several runs chosen in the library: what they are together, and what can be done with them."""

from collections.abc import Sequence
from html import escape
from typing import get_args

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from podd_app.pages.library.run_texts import accuracy, status_text
from podd_app.pages.library.trash_question import TrashQuestion
from podd_app.style.formatting import format_count
from podd_app.widgets.text import FactsCard, button, label, section
from podd_engine.runs.run_info import RunInfo, RunInfoStatus


class GroupPanel(QWidget):
    """Facts of several runs, and the trash for them."""

    trash_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.facts = FactsCard()
        self.error = label("", "trouble", wraps=True)
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
        column.addWidget(self.error)
        column.addWidget(self.trash, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.question)
        self.show_error("")

    def show_error(self, text: str) -> None:
        """Say what could not be done with one of them; empty: nothing went wrong."""
        self.error.setText(text)
        self.error.setVisible(bool(text))

    def show_runs(self, runs: Sequence[RunInfo]) -> None:
        """Tell about ``runs``."""
        statuses = [run.status for run in runs]
        lines = [self.tr("<b>%s</b> runs chosen") % format_count(len(runs))]
        lines += [
            f"{format_count(statuses.count(status))} {status_text(status)}"
            for status in get_args(RunInfoStatus)
            if status in statuses
        ]
        measured = [run for run in runs if run.accuracy is not None]
        if measured:
            best = max(measured, key=lambda run: run.accuracy or 0.0)
            lines.append(self.tr("best: <b>%s</b> by %s") % (accuracy(best), escape(best.path.name)))
        self.facts.set_html("<br>".join(lines))
        self.trash.setEnabled(any(status != "running" for status in statuses))
