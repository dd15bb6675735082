"""Label with the estimated time, memory and disk space of the run."""

import time
from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QWidget

from podd_app.models.session import Session
from podd_app.qt.plain_text import set_tooltip
from podd_app.style.formatting import format_bytes, format_duration, format_number
from podd_app.widgets.text import PlainLabel
from podd_engine.estimate.cost_model import Estimate

_MIN_WIDTH_PX = 60
_MIN_SHOWN_S = 3
"""Elapsed time from which the label shows the time."""


class EstimateLabel(PlainLabel):
    """Shows the estimate in one line, or what is missing and the remedy in two lines.

    Args:
        session: The session with the estimate.
        clock: Function that returns the time in s.
    """

    def __init__(
        self, session: Session, clock: Callable[[], float] = time.monotonic, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent=parent)
        self._session, self._clock = session, clock
        self._pending_since: float | None = None
        self.setProperty("role", "small")
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._timer = QTimer(self, interval=1000)
        self._timer.timeout.connect(self.refresh)
        session.run_estimate_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the current estimate."""
        run_estimate = self._session.run_estimate
        estimate, shortage = run_estimate.estimate, run_estimate.shortage
        if not run_estimate.pending:
            self._pending_since = None
        elif self._pending_since is None:
            self._pending_since = self._clock()
        self._run_timer()
        self._set_role("trouble" if shortage or run_estimate.error else "small")
        if shortage is not None:
            self._show(shortage.sentence.replace(". ", ".\n", 1), shortage.sentence)
        elif estimate is not None:
            self._show(self._line(estimate), self._details(estimate))
        elif run_estimate.error:
            self._show(run_estimate.error.replace("; ", "\n", 1), run_estimate.error)
        elif run_estimate.pending:
            self._show(
                self._pending_text(), self.tr("Timing a few steps with these settings on this computer…")
            )
        else:
            self._show("", "")

    def _show(self, text: str, tooltip: str) -> None:
        self.setText(text)
        set_tooltip(self, tooltip)

    def _pending_text(self) -> str:
        assert self._pending_since is not None
        elapsed = self._clock() - self._pending_since
        if elapsed < _MIN_SHOWN_S:
            return self.tr("estimating…\nYou can start now")
        return self.tr("estimating for %s…\nYou can start now") % format_duration(elapsed)

    def _line(self, estimate: Estimate) -> str:
        memory = format_bytes(estimate.peak_memory_bytes)
        duration, disk = format_duration(estimate.seconds), format_bytes(estimate.disk_bytes)
        return self.tr("about %s · %s · %s on disk") % (duration, memory, disk)

    def _details(self, estimate: Estimate) -> str:
        seconds = estimate.outer_step_seconds
        duration = format_number(seconds, ".1f") + " s"
        if seconds < 1:
            duration = format_number(1000 * seconds, ".0f") + " ms"
        evaluations = self.tr("%n evaluation(s), %s each", "", estimate.evaluations)
        lines = [
            self.tr("Outer step: %s") % duration,
            evaluations % format_duration(estimate.evaluation_seconds),
            self.tr("Peak memory: %s (%s available)")
            % (format_bytes(estimate.peak_memory_bytes), format_bytes(estimate.available_bytes)),
        ]
        if estimate.compile_seconds is not None:
            compiled = self.tr("Compiled in %s (the run reuses the result)")
            lines.insert(0, compiled % format_duration(estimate.compile_seconds))
        return "\n".join([*lines, self.tr("Measured on this computer with these settings")])

    def _set_role(self, role: str) -> None:
        if self.property("role") != role:
            self.setProperty("role", role)
            self.style().unpolish(self)
            self.style().polish(self)

    # The elapsed time

    def _run_timer(self) -> None:
        """Count the seconds only while they are visible."""
        if self._pending_since is not None and self.isVisible():
            self._timer.start()
        else:
            self._timer.stop()

    def showEvent(self, event: QShowEvent) -> None:
        """Update the elapsed time."""
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop the timer."""
        super().hideEvent(event)
        self._timer.stop()

    # Elided text

    def minimumSizeHint(self) -> QSize:
        """Return a small width, so that the label can be elided."""
        return QSize(_MIN_WIDTH_PX, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint each line, elided to the width of the label."""
        metrics = self.fontMetrics()
        lines = (
            metrics.elidedText(line, Qt.TextElideMode.ElideRight, self.width())
            for line in self.text().split("\n")
        )
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(self.rect(), self.alignment(), "\n".join(lines))
