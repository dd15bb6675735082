"""The one line of truth at the bottom."""

from html import escape

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from podd_app.models.run_status import Phase
from podd_app.models.session import Session
from podd_app.style.formatting import format_bytes, format_duration
from podd_app.style.theme import colors_of, scaled
from podd_app.widgets.text import label

HEIGHT_PX = 26


class StatusLine(QWidget):
    """State, speed, memory and last save at the left; the run directory at the right.

    Args:
        session: whose state it tells.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName("statusLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(scaled(HEIGHT_PX))
        self._text = label("")
        self._text.setTextFormat(Qt.TextFormat.RichText)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._path = label("")
        self._path.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 1, 16, 0)
        row.setSpacing(18)
        row.addWidget(self._text, 1)
        row.addWidget(self._path)
        for signal in (
            session.run_changed,
            session.run_progressed,
            session.can_start_changed,
            session.draft_changed,
        ):
            signal.connect(self.refresh)
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_path"):
            self.refresh()

    def _phase_words(self) -> dict[Phase, str]:
        return {
            Phase.READY: self.tr("ready"),
            Phase.WATCHED: self.tr("watched"),
            Phase.STARTING: self.tr("starting"),
            Phase.RUNNING: self.tr("running"),
            Phase.PAUSING: self.tr("pausing"),
            Phase.PAUSED: self.tr("paused"),
            Phase.STOPPING: self.tr("stopping"),
            Phase.FINISHED: self.tr("finished"),
            Phase.STOPPED: self.tr("stopped"),
            Phase.FAILED: self.tr("failed"),
        }

    def refresh(self) -> None:
        """Tell what is so now."""
        run, waiting = self._session.run, self._session.start_blocker
        colors = colors_of(self)
        dot = "○" if run.phase is Phase.READY else "●"
        tone = {
            Phase.FAILED: colors.error,
            Phase.FINISHED: colors.good,
            Phase.RUNNING: colors.accent,
            Phase.WATCHED: colors.accent,
        }
        said = self._phase_words()[run.phase]
        parts = [f'<span style="color:{tone.get(run.phase, colors.muted)}">{dot}</span> {said}']
        if run.phase is Phase.READY:
            parts = [f"{dot} {self.tr('waiting') if waiting else said}"]
            parts.append(
                f'<span style="color:{colors.error}">{waiting}</span>'
                if waiting
                else self.tr("everything fits: Start can run")
            )
        if run.steps_per_second and run.phase in (Phase.RUNNING, Phase.WATCHED):
            fast = run.steps_per_second >= 1
            parts.append(
                self.tr("%.1f steps/s") % run.steps_per_second
                if fast
                else self.tr("%.1f s a step") % (1 / run.steps_per_second)
            )
        if run.memory_bytes:
            parts.append(format_bytes(run.memory_bytes))
        if run.seconds_since_save is not None and run.phase is Phase.RUNNING:
            parts.append(self.tr("saved %s ago") % format_duration(run.seconds_since_save))
        elif run.seconds_since_save is not None and run.phase.has_ended:
            parts.append(self.tr("saved"))
        parts += [text for text in (run.note, escape(run.notice)) if text]  # compilers say <these>
        self._text.setText("&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;".join(parts))
        # In a narrow window its end is cut off.
        self._text.setToolTip(f"<qt>{escape(run.notice)}</qt>" if run.notice else "")
        self._path.setText("" if run.path is None else "/".join(run.path.parts[-2:]))
        self._path.setToolTip("" if run.path is None else str(run.path))
