"""The run chosen in the library: what it is, and what can be done with it."""

from html import escape

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from podd_app.library.wording import STATUS_WORDS, accuracy_with_deviation, age, budget, progress
from podd_app.widgets.text import Facts, button, label, section
from podd_app.wording import count
from podd_engine.runs.glance import RunGlance


class RunPanel(QWidget):
    """Facts and buttons of one run."""

    open_pressed = Signal()
    resume_pressed = Signal()
    reveal_pressed = Signal()
    settings_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = label("", "title", wraps=True)
        self.facts = Facts()
        self.message = label("", "trouble", wraps=True)
        self.open = button(self.tr("Open"), self.tr("Show its poster and curves in the Run place"), "primary")
        self.resume = button(
            self.tr("Resume"), self.tr("Open it and go on from its last checkpoint, to the same result")
        )
        self.settings = button(
            self.tr("Use its settings"), self.tr("Start from its settings: a new run, changed as you like")
        )
        self.reveal = button(self.tr("Show in folder"), self.tr("Show its files in the file manager"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(section(self.tr("Run")))
        for widget in (self.name, self.facts, self.message):
            column.addWidget(widget)
        column.addSpacing(4)
        for pressed, signal in (
            (self.open, self.open_pressed),
            (self.resume, self.resume_pressed),
            (self.settings, self.settings_pressed),
            (self.reveal, self.reveal_pressed),
        ):
            pressed.clicked.connect(signal)
            column.addWidget(pressed)

    def show_run(self, run: RunGlance, busy: bool) -> None:
        """Tell about ``run``.

        Args:
            run: the chosen one.
            busy: whether the window has a run going on, so that no other can be opened.
        """
        self.name.setText(run.path.name)
        lines = [
            f"<b>{STATUS_WORDS[run.status]}</b> · {age(run)}" if run.changed else STATUS_WORDS[run.status]
        ]
        if run.steps:
            width, height = run.poster
            lines.append(f"{escape(run.dataset)} · {count(run.classes)} classes")
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
        readable = run.status != "damaged"
        self.open.setEnabled(readable and not busy)
        self.settings.setEnabled(readable and not busy)
        self.resume.setVisible(run.resumable)
        self.resume.setEnabled(not busy)
