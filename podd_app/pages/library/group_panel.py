"""Panel for several selected runs."""

from collections.abc import Sequence
from typing import get_args

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from podd_app.pages.library.run_texts import accuracy, status_text
from podd_app.pages.library.trash_question import TrashQuestion
from podd_app.qt.plain_text import join_html, rich_text
from podd_app.style.formatting import format_count
from podd_app.widgets.text import FactsCard, button, label, section
from podd_engine.runs.run_info import RunInfo, RunInfoStatus


class GroupPanel(QWidget):
    """Summary of several runs and a button that moves them to the trash."""

    trash_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.facts = FactsCard()
        self.error = label("", "trouble", wraps=True)
        self.question = TrashQuestion()
        self.trash = button(
            self.tr("Move to trash…"), self.tr("Move the run folders to the system trash (Delete)"), "quiet"
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
        """Show the error of the last file operation; an empty text hides the error."""
        self.error.setText(text)
        self.error.setVisible(bool(text))

    def show_runs(self, runs: Sequence[RunInfo]) -> None:
        """Show the number of runs, their statuses and the best accuracy."""
        statuses = [run.status for run in runs]
        lines: list[str] = [rich_text(self.tr("Selected runs: <b>%s</b>"), format_count(len(runs)))]
        lines += [
            f"{status_text(status)}: {format_count(statuses.count(status))}"
            for status in get_args(RunInfoStatus)
            if status in statuses
        ]
        measured = [run for run in runs if run.accuracy is not None]
        if measured:
            best = max(measured, key=lambda run: run.accuracy or 0.0)
            text = self.tr("best accuracy: <b>%s</b> (%s)")
            lines.append(rich_text(text, accuracy(best), best.path.name))
        self.facts.set_html(join_html("<br>", lines))
        self.trash.setEnabled(any(status != "running" for status in statuses))
