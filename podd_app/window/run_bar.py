"""Part of the top bar for the run on screen: title, progress, and the buttons of its phase."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from podd_app.models.run_status import Phase, RunStatus
from podd_app.models.session import Session
from podd_app.qt.plain_text import set_tooltip
from podd_app.style.formatting import format_count
from podd_app.style.theme import scaled
from podd_app.widgets.busy_bar import BusyBar
from podd_app.widgets.text import ElidedLabel, button, label
from podd_app.window.run_texts import phase_text, time_left_text

_NARROWEST_PROGRESS_PX, _PROGRESS_PX, _WIDEST_PROGRESS_PX = 110, 210, 320
_BAR_STEPS = 1000


class RunBar(QWidget):
    """Shows the run on screen, and the buttons that its phase allows.

    Args:
        session: the session with the run.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._at_export = False
        self._title = ElidedLabel()
        self._title.setProperty("role", "muted")
        self._progress = _Progress()
        self.new = button(self.tr("New run"), self.tr("Close this run and show the draft (Ctrl+N)"))
        self.pause = button(self.tr("Pause"), self.tr("Pause after the current step (Space)"))
        self.resume = button(self.tr("Resume"), self.tr("Resume the run (Space)"))
        self.stop = button(self.tr("Stop"), self.tr("Save and stop the run. You can resume it later."))
        self.export = button(self.tr("Export"), self.tr("Export the poster (Ctrl+E)"), "primary")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._title, 1)
        row.addWidget(self._progress, 3)
        for widget in (self.new, self.pause, self.resume, self.stop, self.export):
            row.addWidget(widget)
        self.new.clicked.connect(session.new_run)
        self.pause.clicked.connect(session.pause)
        self.resume.clicked.connect(session.resume)
        self.stop.clicked.connect(session.stop)
        self.export.clicked.connect(lambda: session.show_page("export"))
        session.run_changed.connect(self._refresh)
        session.run_progressed.connect(self._show_progress)
        self._refresh()

    def show_page(self, key: str) -> None:
        """Update the buttons for the current page. The Export page needs no Export button."""
        self._at_export = key == "export"
        self._refresh()

    def _refresh(self) -> None:
        run, phase = self._session.run, self._session.run.phase
        # Before the run has a folder, its title is the text of the tab.
        self._title.setText("" if run.path is None else run.title)
        self.pause.setVisible(phase in (Phase.STARTING, Phase.RUNNING, Phase.PAUSING))
        self.pause.setEnabled(phase is Phase.RUNNING)
        self.pause.setText(self.tr("Pausing…") if phase is Phase.PAUSING else self.tr("Pause"))
        self.resume.setVisible(phase is Phase.PAUSED or (phase.has_ended and run.resumable))
        self.stop.setVisible(phase.active)
        self.stop.setEnabled(phase is not Phase.STOPPING)
        self.stop.setText(self.tr("Stopping…") if phase is Phase.STOPPING else self.tr("Stop"))
        if run.is_preparing:
            set_tooltip(self.stop, self.tr("Cancel the preparation"))
        else:
            set_tooltip(self.stop, self.tr("Save and stop the run. You can resume it later."))
        self.new.setVisible(phase.has_ended or phase is Phase.WATCHED)
        self.export.setVisible(phase.has_ended and run.path is not None and not self._at_export)
        self._show_progress()

    def _show_progress(self) -> None:
        self._progress.show_status(self._session.run)


class _Progress(QWidget):
    """Shows the step or the stage of the preparation and the remaining time above a progress bar."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumWidth(_NARROWEST_PROGRESS_PX)
        self.setMaximumWidth(min(scaled(_PROGRESS_PX), _WIDEST_PROGRESS_PX))
        self._what = ElidedLabel()
        self._what.setProperty("role", "small")
        self._time_left = label("", "small")
        self._bar = BusyBar()
        self._bar.setAccessibleName(self.tr("Run progress"))
        line = QHBoxLayout()
        line.addWidget(self._what, 1)
        line.addWidget(self._time_left)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(4)
        column.addStretch(1)
        column.addLayout(line)
        column.addWidget(self._bar)
        column.addStretch(1)

    def show_status(self, run: RunStatus) -> None:
        """Show the progress of ``run``."""
        if run.is_preparing:
            self._show_preparation(run)
        else:
            text = self.tr("step %s of %s") % (format_count(run.step), format_count(run.steps))
            self._what.setText(text)
            self._bar.show_progress(run.step, run.steps)
        if run.phase is Phase.STOPPING and not run.is_preparing:
            self._time_left.setText(self.tr("saving…"))
        elif run.phase in (Phase.RUNNING, Phase.WATCHED) or run.is_preparing:
            self._time_left.setText(time_left_text(run))
        else:
            self._time_left.setText(phase_text(run))

    def _show_preparation(self, run: RunStatus) -> None:
        stage = run.preparation.current
        if stage is None or stage.share is None:
            self._what.setText(self.tr("Preparing…") if stage is None else f"{stage.title}…")
            self._bar.show_busy()
        else:
            self._what.setText(f"{stage.title} · {stage.share:.0%}")
            self._bar.show_progress(round(_BAR_STEPS * stage.share), _BAR_STEPS)
