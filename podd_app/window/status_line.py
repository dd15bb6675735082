"""Status line at the bottom of the main window."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from podd_app.models.run_status import Phase
from podd_app.models.session import Session
from podd_app.qt.plain_text import set_tooltip, shortened
from podd_app.style.formatting import format_bytes, format_duration, format_number
from podd_app.style.palette import FollowsPalette
from podd_app.style.theme import colors_of, scaled
from podd_app.widgets.text import ElidedLabel, TextRole, label
from podd_app.window.run_texts import phase_text
from podd_app.window.subject import ShownSubject, Subject

HEIGHT_PX = 26
_MAX_PATH_CHARACTERS = 60
_GAP = " " * 5


class StatusLine(FollowsPalette, QWidget):
    """Shows whether the draft can start, or the phase, speed, memory and folder of the run.

    All texts are plain text, because they contain names of classes, files and compiler messages.

    Args:
        session: the session with the draft and the run.
        subject: which of draft and run is shown.
    """

    def __init__(self, session: Session, subject: ShownSubject, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._subject = session, subject
        self.setObjectName("statusLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(scaled(HEIGHT_PX))
        self._dot = label("")
        self._text = ElidedLabel()
        self._problem = ElidedLabel()
        self._problem.setProperty("role", "trouble")
        self._problem.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._path = label("")
        self._path.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 1, 16, 0)
        row.setSpacing(6)
        row.addWidget(self._dot)
        row.addWidget(self._text)
        row.addSpacing(12)
        row.addWidget(self._problem, 1)
        row.addWidget(self._path)
        for signal in (
            session.run_changed,
            session.run_progressed,
            session.can_start_changed,
            session.run_estimate_changed,
            session.draft_changed,
            subject.changed,
        ):
            signal.connect(self.refresh)
        self.follow_palette()

    @property
    def text(self) -> str:
        """The state and the problem, as shown."""
        return _GAP.join(part for part in (self._text.text(), self._problem.text()) if part)

    def _apply_palette(self) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Show the current state."""
        if self._subject.value is Subject.DRAFT:
            self._show_draft()
        else:
            self._show_run()

    def _show_draft(self) -> None:
        session = self._session
        self._show_dot("○", colors_of(self).muted)
        self._path.setText("")
        # Another run in progress is no problem of the draft.
        self._set_problem_role("small" if session.run.phase.active else "trouble")
        if session.start_blocker:
            self._text.setText(self.tr("not ready"))
            self._problem.setText(session.start_blocker)
        else:
            shortage = session.run_estimate.shortage
            self._text.setText(self.tr("ready to start"))
            self._problem.setText("" if shortage is None else shortage.sentence)

    def _show_run(self) -> None:
        run, colors = self._session.run, colors_of(self)
        tones = {
            Phase.FAILED: colors.error,
            Phase.FINISHED: colors.good,
            Phase.RUNNING: colors.accent,
            Phase.WATCHED: colors.accent,
        }
        self._show_dot("●", tones.get(run.phase, colors.muted))
        parts = [phase_text(run)]
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
        self._text.setText(_GAP.join(parts))
        self._problem.setText("")
        self._path.setText(
            "" if run.path is None else shortened("/".join(run.path.parts[-2:]), _MAX_PATH_CHARACTERS)
        )
        set_tooltip(self._path, "" if run.path is None else str(run.path))

    def _set_problem_role(self, role: TextRole) -> None:
        if self._problem.property("role") != role:
            self._problem.setProperty("role", role)
            self._problem.style().unpolish(self._problem)
            self._problem.style().polish(self._problem)

    def _show_dot(self, dot: str, color: str) -> None:
        self._dot.setText(dot)
        self._dot.setStyleSheet(f"color: {color}")
