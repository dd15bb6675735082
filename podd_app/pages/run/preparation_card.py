"""Card with the stages of the preparation of a run."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from podd_app.models.preparation import Preparation
from podd_app.models.run_status import RunStatus
from podd_app.models.session import Session
from podd_app.style.formatting import format_duration
from podd_app.widgets.busy_bar import BusyBar
from podd_app.widgets.text import Card, label

_WIDTH_PX = 400
_BAR_STEPS = 1000


class PreparationCard(Card):
    """Lists the completed stages, and shows the present stage with its progress.

    The card has the keyboard focus while the page shows nothing else.

    Args:
        session: session with the run.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("outlined", parent)
        self._session = session
        self.setFixedWidth(_WIDTH_PX)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._title = label("", "title")
        self._completed = label("", "muted", wraps=True)
        self._current = label("", "value", wraps=True)
        self._bar = BusyBar()
        self._bar.setAccessibleName(self.tr("Progress of the preparation"))
        self._time_left = label("", "small")
        self._hint = label("", "small", wraps=True)
        self.column.setContentsMargins(20, 16, 20, 16)
        self.column.setSpacing(8)
        for widget in (self._title, self._completed, self._current, self._bar, self._time_left, self._hint):
            self.column.addWidget(widget)
        self._hint.setText(
            self.tr("This takes longer the first time. The results are cached for later runs.")
        )
        session.run_changed.connect(self._refresh)
        session.run_progressed.connect(self._refresh)
        self._refresh()

    @property
    def text(self) -> str:
        """All displayed stages with their progress, one per line."""
        return "\n".join(
            each.text() for each in (self._completed, self._current, self._time_left) if each.text()
        )

    def _refresh(self) -> None:
        run = self._session.run
        if run.is_preparing:
            self._show_run(run)

    def _show_run(self, run: RunStatus) -> None:
        self._title.setText(
            self.tr("Preparing to resume the run") if run.path else self.tr("Preparing the run")
        )
        self._show_stages(run.preparation)
        self.setAccessibleName(self._title.text())
        self.setAccessibleDescription(self.text)

    def _show_stages(self, preparation: Preparation) -> None:
        completed = [f"✓ {stage.title}" for stage in preparation.stages[:-1]]
        self._completed.setText("\n".join(completed))
        self._completed.setVisible(bool(completed))
        stage = preparation.current
        if stage is None:
            self._current.setText(self.tr("Loading the engine…"))
            self._bar.show_busy()
        elif stage.share is None:
            self._current.setText(f"{stage.title}…")
            self._bar.show_busy()
        else:
            self._current.setText(f"{stage.title} · {stage.share:.0%}")
            self._bar.show_progress(round(_BAR_STEPS * stage.share), _BAR_STEPS)
        seconds = None if stage is None else stage.seconds_remaining
        self._time_left.setText("" if seconds is None else self.tr("%s left") % format_duration(seconds))
        self._time_left.setVisible(seconds is not None)
