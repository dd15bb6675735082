"""How far lengthy work is: a line of words, a thin bar, Cancel."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from podd_app.engine.task import BackgroundTask
from podd_app.style.formatting import format_bytes, format_count, format_duration
from podd_app.widgets.busy_bar import BusyBar
from podd_app.widgets.text import ElidedLabel, button, label
from podd_engine.progress import Progress

_BYTES_FROM = 10_000_000
"""Totals from here on are bytes: no dataset has as many files."""
_BAR_STEPS = 1000


def progress_text(progress: Progress) -> str:
    """``12 800 of 60 000``, or ``34 MB of 170 MB``; empty while the amount is unknown."""
    if progress.total <= 1:
        return ""
    shown = format_bytes if progress.total >= _BYTES_FROM else format_count
    words = QCoreApplication.translate("TaskView", "%s of %s")
    return words % (shown(progress.done), shown(progress.total))


class TaskView(QWidget):
    """Shows a task while it runs; hides itself otherwise.

    Args:
        task: what is shown.
    """

    def __init__(self, task: BackgroundTask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.task = task
        self._what = ElidedLabel()
        self._what.setProperty("role", "small")
        self._left = label("", "small")
        self._bar = BusyBar()
        self.cancel = button(self.tr("Cancel"), self.tr("Stop this; what is finished is kept"), "toggle")
        self.cancel.setCheckable(False)
        self.cancel.clicked.connect(task.cancel)
        foot = QHBoxLayout()
        foot.addWidget(self._left)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addWidget(self._what)
        column.addWidget(self._bar)
        column.addLayout(foot)
        task.changed.connect(self.refresh)
        self.refresh()

    @property
    def sentence(self) -> str:
        """What is being done, and how far it is."""
        return self._what.text()

    def refresh(self) -> None:
        """Show the task as it is."""
        task, progress = self.task, self.task.progress
        self.setVisible(task.running)
        self.cancel.setEnabled(not task.cancelling)
        if progress is None:
            self._what.setText(task.what)
            self._bar.show_busy()
        else:
            amount = progress_text(progress)
            what = progress.what[:1].upper() + progress.what[1:]
            self._what.setText(f"{what} · {amount}" if amount else what)
            share = progress.done / max(1, progress.total)
            self._bar.show_progress(round(_BAR_STEPS * share), _BAR_STEPS)
        left = task.seconds_remaining
        self._left.setText("" if left is None else self.tr("%s left") % format_duration(left))
        self._bar.setAccessibleName(self._what.text())
