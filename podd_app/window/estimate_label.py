"""What the run would take, beside Start."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from podd_app.models.session import Session
from podd_app.style.formatting import duration, storage
from podd_engine.estimate.cost_model import Estimate

_OBSTACLE_PX = 330


class ForecastLabel(QLabel):
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
        session.forecast_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Tell what is known now."""
        forecast = self._session.forecast
        estimate = forecast.estimate
        short = bool(forecast.obstacle) or (estimate is not None and bool(estimate.advice))
        self._dress("trouble" if short else "small")
        if estimate is not None:
            self.setText(self._lines(estimate))
            self.setToolTip(self._details(estimate))
        elif forecast.obstacle:
            self.setText(self._two_lines(forecast.obstacle))
            self.setToolTip(forecast.obstacle)
        else:
            self.setText(self.tr("estimating…") if forecast.pending else "")
            self.setToolTip(
                self.tr("A few steps are being tried, with these settings, on this machine")
                if forecast.pending
                else ""
            )

    def _lines(self, estimate: Estimate) -> str:
        memory = storage(estimate.peak_memory_bytes)
        if estimate.advice:
            there = storage(estimate.available_bytes)
            return self.tr("needs %s, but %s are free\n%s") % (memory, there, estimate.advice)
        time, disk = duration(estimate.seconds), storage(estimate.disk_bytes)
        return self.tr("about %s · %s · %s on disk") % (time, memory, disk)

    def _two_lines(self, obstacle: str) -> str:
        """What is wrong, and under it what to do, each as far as there is room."""
        metrics = self.fontMetrics()
        return "\n".join(
            metrics.elidedText(line, Qt.TextElideMode.ElideRight, _OBSTACLE_PX)
            for line in obstacle.split("; ", 1)
        )

    def _details(self, estimate: Estimate) -> str:
        step = estimate.outer_step_seconds
        lines = [
            self.tr("An outer step takes %s") % (f"{1000 * step:.0f} ms" if step < 1 else f"{step:.1f} s"),
            self.tr("%d evaluations take %s each")
            % (estimate.evaluations, duration(estimate.evaluation_seconds)),
            self.tr("At most %s of memory, %s are free")
            % (storage(estimate.peak_memory_bytes), storage(estimate.available_bytes)),
        ]
        if estimate.compile_seconds is not None:
            compiling = self.tr("Compiling has taken %s, and is kept for the run")
            lines.insert(0, compiling % duration(estimate.compile_seconds))
        return "\n".join([*lines, self.tr("Measured on this machine with these settings")])

    def _dress(self, role: str) -> None:
        if self.property("role") != role:
            self.setProperty("role", role)
            self.style().unpolish(self)
            self.style().polish(self)
