"""What the run would take, beside Start."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from podd_app.models.session import Session
from podd_app.style.formatting import format_bytes, format_duration
from podd_engine.estimate.cost_model import Estimate

_ERROR_WIDTH_PX = 330


class EstimateLabel(QLabel):
    """Time, memory and disk in one line; or what does not fit, and the setting that would.

    Args:
        session: whose forecast it tells.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setProperty("role", "small")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        session.run_estimate_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Tell what is known now."""
        run_estimate = self._session.run_estimate
        estimate = run_estimate.estimate
        short = bool(run_estimate.error) or (estimate is not None and bool(estimate.advice))
        self._set_role("trouble" if short else "small")
        if estimate is not None:
            self.setText(self._lines(estimate))
            self.setToolTip(self._details(estimate))
        elif run_estimate.error:
            self.setText(self._two_lines(run_estimate.error))
            self.setToolTip(run_estimate.error)
        else:
            self.setText(self.tr("estimating…") if run_estimate.pending else "")
            self.setToolTip(
                self.tr("A few steps are being tried, with these settings, on this machine")
                if run_estimate.pending
                else ""
            )

    def _lines(self, estimate: Estimate) -> str:
        memory = format_bytes(estimate.peak_memory_bytes)
        if estimate.advice:
            there = format_bytes(estimate.available_bytes)
            return self.tr("needs %s, but %s are free\n%s") % (memory, there, estimate.advice)
        time, disk = format_duration(estimate.seconds), format_bytes(estimate.disk_bytes)
        return self.tr("about %s · %s · %s on disk") % (time, memory, disk)

    def _two_lines(self, error: str) -> str:
        """What is wrong, and under it what to do, each as far as there is room."""
        metrics = self.fontMetrics()
        return "\n".join(
            metrics.elidedText(line, Qt.TextElideMode.ElideRight, _ERROR_WIDTH_PX)
            for line in error.split("; ", 1)
        )

    def _details(self, estimate: Estimate) -> str:
        step = estimate.outer_step_seconds
        lines = [
            self.tr("An outer step takes %s") % (f"{1000 * step:.0f} ms" if step < 1 else f"{step:.1f} s"),
            self.tr("%d evaluations take %s each")
            % (estimate.evaluations, format_duration(estimate.evaluation_seconds)),
            self.tr("At most %s of memory, %s are free")
            % (format_bytes(estimate.peak_memory_bytes), format_bytes(estimate.available_bytes)),
        ]
        if estimate.compile_seconds is not None:
            compiling = self.tr("Compiling has taken %s, and is kept for the run")
            lines.insert(0, compiling % format_duration(estimate.compile_seconds))
        return "\n".join([*lines, self.tr("Measured on this machine with these settings")])

    def _set_role(self, role: str) -> None:
        if self.property("role") != role:
            self.setProperty("role", role)
            self.style().unpolish(self)
            self.style().polish(self)
