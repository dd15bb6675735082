"""Status line at the bottom of the main window."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from podd_app.models.run_status import Phase
from podd_app.models.session import Session
from podd_app.qt.plain_text import join_html, rich_text, set_tooltip, shortened
from podd_app.style.formatting import format_bytes, format_duration, format_number
from podd_app.style.palette import FollowsPalette
from podd_app.style.theme import colors_of, scaled
from podd_app.widgets.text import RichText, label

HEIGHT_PX = 26
_MAX_PATH_CHARACTERS = 60


class StatusLine(FollowsPalette, QWidget):
    """Shows the phase, speed, memory and last save of the run, and the run directory.

    Args:
        session: The session with the run.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName("statusLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(scaled(HEIGHT_PX))
        self._text = RichText(None)
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
        self.follow_palette()

    def _apply_palette(self) -> None:
        self.refresh()

    def _phase_texts(self) -> dict[Phase, str]:
        return {
            Phase.READY: self.tr("ready to start"),
            Phase.WATCHED: self.tr("running in another process"),
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
        """Show the current state."""
        run, blocker = self._session.run, self._session.start_blocker
        colors = colors_of(self)
        dot = "○" if run.phase is Phase.READY else "●"
        tone = {
            Phase.FAILED: colors.error,
            Phase.FINISHED: colors.good,
            Phase.RUNNING: colors.accent,
            Phase.WATCHED: colors.accent,
        }
        phase = self._phase_texts()[run.phase]
        if run.phase is Phase.READY and blocker:
            phase = self.tr("not ready")
        parts: list[str] = [
            rich_text('<span style="color:%s">%s</span> %s', tone.get(run.phase, colors.muted), dot, phase)
        ]
        if run.phase is Phase.READY and blocker:
            parts.append(rich_text('<span style="color:%s">%s</span>', colors.error, blocker))
        if run.steps_per_second and run.phase in (Phase.RUNNING, Phase.WATCHED):
            if run.steps_per_second >= 1:
                parts.append(self.tr("%s steps/s") % format_number(run.steps_per_second, ",.1f"))
            else:
                parts.append(self.tr("%s s/step") % format_number(1 / run.steps_per_second, ",.1f"))
        if run.memory_bytes:
            parts.append(format_bytes(run.memory_bytes))
        if run.seconds_since_save is not None and run.phase is Phase.RUNNING:
            parts.append(self.tr("saved %s ago") % format_duration(run.seconds_since_save))
        elif run.seconds_since_save is not None and run.phase.has_ended:
            parts.append(self.tr("saved"))
        parts += [text for text in (run.note, run.notice) if text]
        self._text.set_html(join_html(5 * "&nbsp;", parts))
        # A narrow window cuts off the end of the line.
        set_tooltip(self._text, run.notice)
        self._path.setText(
            "" if run.path is None else shortened("/".join(run.path.parts[-2:]), _MAX_PATH_CHARACTERS)
        )
        set_tooltip(self._path, "" if run.path is None else str(run.path))
