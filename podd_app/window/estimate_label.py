"""Label with the estimated time, memory and disk space of the run."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from podd_app.models.session import Session
from podd_app.qt.plain_text import set_tooltip
from podd_app.style.formatting import format_bytes, format_duration, format_number
from podd_app.widgets.text import PlainLabel
from podd_engine.estimate.cost_model import Estimate

_ERROR_WIDTH_PX = 330


class EstimateLabel(PlainLabel):
    """Shows the estimate in one line, or the reason why the run does not fit and a setting that fits.

    Args:
        session: The session with the estimate.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._session = session
        self.setProperty("role", "small")
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        session.run_estimate_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the current estimate."""
        run_estimate = self._session.run_estimate
        estimate = run_estimate.estimate
        short = bool(run_estimate.error) or (estimate is not None and bool(estimate.advice))
        self._set_role("trouble" if short else "small")
        if estimate is not None:
            self.setText(self._lines(estimate))
            set_tooltip(self, self._details(estimate))
        elif run_estimate.error:
            self.setText(self._two_lines(run_estimate.error))
            set_tooltip(self, run_estimate.error)
        else:
            self.setText(self.tr("estimating…") if run_estimate.pending else "")
            set_tooltip(
                self,
                self.tr("Timing a few steps with these settings on this computer…")
                if run_estimate.pending
                else "",
            )

    def _lines(self, estimate: Estimate) -> str:
        memory = format_bytes(estimate.peak_memory_bytes)
        if estimate.advice:
            available = format_bytes(estimate.available_bytes)
            return self.tr("needs %s of memory, %s available\n%s") % (memory, available, estimate.advice)
        time, disk = format_duration(estimate.seconds), format_bytes(estimate.disk_bytes)
        return self.tr("about %s · %s · %s on disk") % (time, memory, disk)

    def _two_lines(self, error: str) -> str:
        """Return the error and its remedy on two lines, elided to the width of the label."""
        metrics = self.fontMetrics()
        return "\n".join(
            metrics.elidedText(line, Qt.TextElideMode.ElideRight, _ERROR_WIDTH_PX)
            for line in error.split("; ", 1)
        )

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
