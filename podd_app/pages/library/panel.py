"""The run chosen in the library: what it is, and what can be done with it."""

from html import escape
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from podd_app.pages.library.name_field import NameField
from podd_app.pages.library.notes_field import NotesField
from podd_app.pages.library.run_texts import accuracy_with_deviation, age, budget, progress, status_text
from podd_app.pages.library.trash_question import TrashQuestion
from podd_app.style.formatting import format_count
from podd_app.widgets.flow_row import FlowRow
from podd_app.widgets.text import FactsCard, button, label, section
from podd_engine.runs.run_info import RunInfo

_NAME_INSET_PX = 7
"""From the edge of the name's field to its letters, which stand in line with all below."""


class RunPanel(QWidget):
    """Facts, buttons and notes of one run."""

    open_pressed = Signal()
    resume_pressed = Signal()
    reveal_pressed = Signal()
    settings_pressed = Signal()
    trash_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = NameField()
        self.name.setToolTip(self.tr("Write another name to rename the run and its folder (F2)"))
        self.facts = FactsCard()
        self.message = label("", "trouble", wraps=True)
        self.error = label("", "trouble", wraps=True)
        self.question = TrashQuestion()
        self.notes = NotesField()
        self.notes.setToolTip(self.tr("Kept as notes.txt in the run's folder"))
        self.open = button("", "", "primary")
        self.resume = button(
            self.tr("Resume"), self.tr("Open it and go on from its last checkpoint, to the same result")
        )
        self.settings = button(
            self.tr("Duplicate settings"),
            self.tr("Edit a copy of its settings in the Poster place, for a new run"),
        )
        self.reveal = button(
            self.tr("Show in folder"), self.tr("Show its files in the file manager"), "quiet"
        )
        self.trash = button(
            self.tr("Move to trash…"), self.tr("Move its folder to the system's trash (Delete)"), "quiet"
        )
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(section(self.tr("Run")))
        title = QHBoxLayout()
        title.setContentsMargins(-_NAME_INSET_PX, 0, -_NAME_INSET_PX, 0)
        title.addWidget(self.name)
        column.addLayout(title)
        for widget in (self.error, self.facts, self.message):
            column.addWidget(widget)
        column.addSpacing(4)
        for pressed, signal in (
            (self.open, self.open_pressed),
            (self.resume, self.resume_pressed),
            (self.settings, self.settings_pressed),
        ):
            pressed.clicked.connect(signal)
            column.addWidget(pressed)
        self.reveal.clicked.connect(self.reveal_pressed)
        self.trash.clicked.connect(self.trash_pressed)
        row = FlowRow(gap_px=14)
        row.addWidget(self.reveal)
        row.addWidget(self.trash)
        column.addLayout(row)
        column.addWidget(self.question)
        column.addSpacing(4)
        column.addWidget(section(self.tr("Notes")))
        column.addWidget(self.notes)
        self.show_error("")

    def show_error(self, text: str) -> None:
        """Say what could not be done with the run; empty: nothing went wrong."""
        self.error.setText(text)
        self.error.setVisible(bool(text))

    def show_path(self, path: Path | None) -> None:
        """Turn to another run; to none where there is none to choose."""
        self.show_error("")
        self.question.hide()
        self.notes.set_run(path)

    def show_run(self, run: RunInfo, busy: bool) -> None:
        """Tell about ``run``.

        Args:
            run: the chosen one.
            busy: whether the window has a run going on, so that no other can be opened.
        """
        self.name.show_name(run.path.name)
        lines = [f"<b>{status_text(run.status)}</b> · {age(run)}" if run.changed else status_text(run.status)]
        if run.steps:
            width, height = run.poster
            lines.append(self.tr("%s · %s classes") % (escape(run.dataset), format_count(run.classes)))
            lines.append(f"{width} × {height} px · {budget(run)}")
            lines.append(progress(run))
            measured = accuracy_with_deviation(run)
            lines.append(
                self.tr("<b>%s</b> test accuracy, %d networks") % (measured, run.networks)
                if measured
                else self.tr("not evaluated yet")
            )
        self.facts.set_html("<br>".join(lines))
        self.message.setText(run.message)
        self.message.setVisible(bool(run.message))
        readable, written = run.status != "damaged", run.status == "running"
        self.open.setText(self.tr("Watch") if written else self.tr("Open"))
        self.open.setToolTip(
            self.tr("Follow it in the Run place while another process writes it")
            if written
            else self.tr("Show its poster and curves in the Run place")
        )
        self.open.setEnabled(readable and not busy)
        self.settings.setEnabled(readable and not busy)
        self.resume.setVisible(run.resumable)
        self.resume.setEnabled(not busy)
        self.name.setEnabled(not written)
        self.trash.setEnabled(not written)
