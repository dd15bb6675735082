"""Progress display of a background task with a Cancel button."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from podd_app.engine.task import BackgroundTask
from podd_app.style.formatting import format_bytes, format_count, format_duration
from podd_app.widgets.busy_bar import BusyBar
from podd_app.widgets.text import ElidedLabel, button, label
from podd_engine.progress import Progress

_BYTES_FROM = 10_000_000
"""Totals from here on are numbers of bytes. No dataset has that many files."""
_BAR_STEPS = 1000


def progress_text(progress: Progress) -> str:
    """Return "12,800 of 60,000" or "34.0 MB of 170 MB". Return an empty string for an unknown total."""
    if progress.total <= 1:
        return ""
    format_amount = format_bytes if progress.total >= _BYTES_FROM else format_count
    text = QCoreApplication.translate("TaskView", "%s of %s")
    return text % (format_amount(progress.done), format_amount(progress.total))


class TaskView(QWidget):
    """Progress display of one task. Hidden when the task is not running.

    Args:
        task: The task.
    """

    def __init__(self, task: BackgroundTask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.task = task
        self._activity = ElidedLabel()
        self._activity.setProperty("role", "small")
        self._left = label("", "small")
        self._bar = BusyBar()
        self.cancel = button(self.tr("Cancel"), self.tr("Cancel (completed work is kept)"), "toggle")
        self.cancel.setCheckable(False)
        self.cancel.clicked.connect(task.cancel)
        foot = QHBoxLayout()
        foot.addWidget(self._left)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addWidget(self._activity)
        column.addWidget(self._bar)
        column.addLayout(foot)
        task.changed.connect(self.refresh)
        self.refresh()

    @property
    def sentence(self) -> str:
        """The current activity and its progress."""
        return self._activity.text()

    def refresh(self) -> None:
        """Show the current state of the task."""
        task, progress = self.task, self.task.progress
        self.setVisible(task.running)
        self.cancel.setEnabled(not task.cancelling)
        if progress is None:
            self._activity.setText(task.what)
            self._bar.show_busy()
        else:
            amount = progress_text(progress)
            what = progress.what[:1].upper() + progress.what[1:]
            self._activity.setText(f"{what} · {amount}" if amount else what)
            share = progress.done / max(1, progress.total)
            self._bar.show_progress(round(_BAR_STEPS * share), _BAR_STEPS)
        left = task.seconds_remaining
        self._left.setText("" if left is None else self.tr("%s left") % format_duration(left))
        self._bar.setAccessibleName(self._activity.text())
