"""Panel for the selected run."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from podd_app.pages.library.name_field import NameField
from podd_app.pages.library.notes_field import NotesField
from podd_app.pages.library.run_texts import accuracy_with_deviation, age, budget, progress, status_text
from podd_app.pages.library.trash_question import TrashQuestion
from podd_app.qt.plain_text import join_html, rich_text, set_tooltip
from podd_app.style.formatting import format_size
from podd_app.widgets.flow_row import FlowRow
from podd_app.widgets.text import FactsCard, button, label, section
from podd_engine.runs.run_info import RunInfo

_NAME_INSET_PX = 7
"""Inner margin of the name field. The layout compensates for it to align the name with the other texts."""


class RunPanel(QWidget):
    """Facts, actions and notes of one run."""

    open_pressed = Signal()
    resume_pressed = Signal()
    reveal_pressed = Signal()
    settings_pressed = Signal()
    trash_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = NameField()
        set_tooltip(self.name, self.tr("Edit the name to rename the run and its folder (F2)"))
        self.facts = FactsCard()
        self.message = label("", "trouble", wraps=True)
        self.error = label("", "trouble", wraps=True)
        self.question = TrashQuestion()
        self.notes = NotesField()
        set_tooltip(self.notes, self.tr("Saved as notes.txt in the run folder"))
        self.open = button("", "", "primary")
        self.resume = button(
            self.tr("Resume"), self.tr("Continue from the last checkpoint with the same result")
        )
        self.settings = button(
            self.tr("Duplicate settings"),
            self.tr("Start a new draft with the settings of this run"),
        )
        self.reveal = button(
            self.tr("Show in folder"), self.tr("Show the files in the file manager"), "quiet"
        )
        self.trash = button(
            self.tr("Move to trash…"), self.tr("Move the run folder to the system trash (Delete)"), "quiet"
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
        for action_button, signal in (
            (self.open, self.open_pressed),
            (self.resume, self.resume_pressed),
            (self.settings, self.settings_pressed),
        ):
            action_button.clicked.connect(signal)
            column.addWidget(action_button)
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
        """Show the error of the last file operation; an empty text hides the error."""
        self.error.setText(text)
        self.error.setVisible(bool(text))

    def show_path(self, path: Path | None) -> None:
        """Prepare the panel for another run; None if no run is selected."""
        self.show_error("")
        self.question.hide()
        self.notes.set_run(path)

    def show_run(self, run: RunInfo, busy: bool, is_own: bool) -> None:
        """Show the facts and the available actions of a run.

        Args:
            run: selected run.
            busy: whether a run is in progress in this window, so that no other run can be opened.
            is_own: whether the selected run is the run in progress in this window.
        """
        self.name.show_name(run.path.name)
        status = status_text(run.status)
        lines: list[str] = [rich_text("<b>%s</b> · %s", status, age(run)) if run.changed else status]
        if run.steps:
            classes = self.tr("%n class(es)", "", run.classes)
            lines.append(f"{run.dataset} · {classes}")
            lines.append(f"{format_size(*run.poster)} px · {budget(run)}")
            lines.append(progress(run))
            measured = accuracy_with_deviation(run)
            lines.append(
                rich_text(self.tr("<b>%s</b> test accuracy (%n network(s))", "", run.networks), measured)
                if measured
                else self.tr("not evaluated yet")
            )
        self.facts.set_html(join_html("<br>", lines))
        self.message.setText(run.message)
        self.message.setVisible(bool(run.message))
        readable, running = run.status != "damaged", run.status == "running"
        self.open.setText(self.tr("Watch") if running else self.tr("Open"))
        self.open.setEnabled(is_own or (readable and not busy))
        if is_own or not (running or busy):
            opens = self.tr("Show the poster and plots on the Run page")
        elif busy:
            opens = self.tr("A run is in progress in this window. Stop that run to open this one.")
        else:
            opens = self.tr("Follow this run, which another process writes, on the Run page")
        set_tooltip(self.open, opens)
        self.settings.setEnabled(readable)
        self.resume.setVisible(run.resumable)
        self.resume.setEnabled(not busy)
        self.name.setEnabled(not running)
        self.trash.setEnabled(not running)
