"""Notice bar that offers to resume interrupted runs."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from podd_app.models.session import Session
from podd_app.qt.plain_text import set_tooltip
from podd_app.services.interrupted_runs import InterruptedRuns
from podd_app.services.resume_run import RunResumer
from podd_app.style.formatting import format_count
from podd_app.style.icons import icon
from podd_app.style.palette import FollowsPalette
from podd_app.style.theme import colors_of
from podd_app.widgets.text import Card, ElidedLabel, button


class InterruptedRunsBar(FollowsPalette, QWidget):
    """Notice bar for interrupted runs. Hidden if there are none, and during a run.

    Args:
        session: The session, which resumes the run.
        interrupted_runs: The interrupted runs.
    """

    def __init__(
        self, session: Session, interrupted_runs: InterruptedRuns, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._interrupted_runs = session, interrupted_runs
        self._run_resumer = RunResumer(session, self)
        self._text = ElidedLabel()
        self.resume = button(self.tr("Resume"), self.tr("Resume from the last checkpoint"))
        self.library = button(self.tr("Show in Library"), self.tr("Show all runs"), "quiet")
        self.dismiss = QToolButton()
        self.dismiss.setProperty("role", "mark")
        self.dismiss.setFixedSize(28, 28)
        self.dismiss.setIconSize(QSize(18, 18))
        set_tooltip(self.dismiss, self.tr("Hide this notice and keep the runs unchanged"))
        self.dismiss.setAccessibleName(self.tr("Dismiss"))
        card = Card("card")
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self._text, 1)
        for widget in (self.resume, self.library, self.dismiss):
            row.addWidget(widget)
        card.column.addLayout(row)
        room = QVBoxLayout(self)
        room.setContentsMargins(16, 12, 16, 0)
        room.addWidget(card)
        self.resume.clicked.connect(self._on_resume)
        self.library.clicked.connect(lambda: session.show_page("library"))
        self.dismiss.clicked.connect(interrupted_runs.dismiss)
        interrupted_runs.runs_changed.connect(self._refresh)
        session.run_changed.connect(self._on_run_changed)
        self.follow_palette()
        self._refresh()

    @property
    def text(self) -> str:
        """The text of the notice."""
        return self._text.text()

    def _refresh(self) -> None:
        runs = self._interrupted_runs.runs
        self.setVisible(bool(runs))
        if not runs:
            return
        latest = (runs[0].path.name, format_count(runs[0].step), format_count(runs[0].steps))
        if len(runs) == 1:
            self._text.setText(self.tr("%s was interrupted after step %s of %s.") % latest)
        else:
            text = self.tr("%n run(s) were interrupted. Latest: %s, after step %s of %s.", "", len(runs))
            self._text.setText(text % latest)

    def _on_resume(self) -> None:
        self._run_resumer.resume(self._interrupted_runs.runs[0].path)

    def _on_run_changed(self) -> None:
        if self._session.run.phase.active:
            self._interrupted_runs.clear()

    def _apply_palette(self) -> None:
        self.dismiss.setIcon(icon("close", colors_of(self).text, size_px=18))
