"""Has a run estimated in a process of its own while its settings are edited."""

import json
import sys
from collections.abc import Sequence

from PySide6.QtCore import QObject, QProcess, QTimer

from podd_app.models.class_order import index_grid
from podd_app.models.run_estimate import RunEstimate
from podd_app.models.run_status import Phase
from podd_app.models.session import Session
from podd_engine.config.schema import DistillationConfig
from podd_engine.estimate.cost_model import Estimate

STARTUP_DELAY_MS = 3000
"""Time between the window's making and the first estimate."""

DEBOUNCE_MS = 800
"""How long settings stay as they are before they are worth an estimate."""

COMMAND = (sys.executable, "-m", "podd_engine.estimate.worker")

MAX_CACHED_ESTIMATES = 32
"""Settings whose estimate is remembered, for Undo and for coming back."""


class EstimateService(QObject):
    """Keeps `Session.run_estimate` up to date while a run could start.

    A process of its own: what the probe holds and imports is its own too, and it can be ended at
    any moment, as it is when the settings change again or a run starts.

    Args:
        session: whose settings are estimated.
        command: starts the process; see `podd_engine.estimate.worker`.
    """

    def __init__(
        self, session: Session, parent: QObject | None = None, command: Sequence[str] = COMMAND
    ) -> None:
        super().__init__(parent)
        self._session, self._command = session, tuple(command)
        self._cached_estimates: dict[DistillationConfig, RunEstimate] = {}
        self._process: QProcess | None = None
        self._requested_config: DistillationConfig | None = None
        self._closed = False
        self._debounce_timer = QTimer(self, singleShot=True, interval=DEBOUNCE_MS)
        self._debounce_timer.timeout.connect(self._request_estimate)
        for signal in (
            session.draft_changed,
            session.class_order.changed,
            session.can_start_changed,
            session.run_changed,
        ):
            signal.connect(self._on_session_changed)
        self._startup_timer = QTimer(self, singleShot=True, interval=STARTUP_DELAY_MS)
        self._startup_timer.timeout.connect(self._on_session_changed)
        self._startup_timer.start()

    def close(self) -> None:
        """Estimate no more; the process has ended when this returns."""
        self._closed = True
        self._startup_timer.stop()
        self._debounce_timer.stop()
        self._cancel_process()
        for process in self.findChildren(QProcess):
            process.waitForFinished()

    @property
    def _should_estimate(self) -> bool:
        """Whether there is something to estimate, and nothing else is being worked out for it."""
        session = self._session
        ready = session.run.phase is Phase.READY and session.can_start
        return ready and not session.class_order.shown.pending and not self._closed

    def _on_session_changed(self) -> None:
        if self._startup_timer.isActive():
            return
        if not self._should_estimate:
            self._debounce_timer.stop()
            self._cancel_process()
            self._session.set_run_estimate(RunEstimate())
            return
        self._session.set_run_estimate(RunEstimate(pending=True))
        self._debounce_timer.start()

    def _request_estimate(self) -> None:
        config = self._session.config
        if not self._should_estimate or config is None:
            return
        # Neither a name nor where a class lies costs anything; given, the order is not computed again.
        grid = index_grid(*config.layout.class_grid)
        config = config.with_values({"order.grid": grid, "name": "estimate", "summary": ""})
        if config in self._cached_estimates:
            self._cancel_process()
            self._session.set_run_estimate(self._cached_estimates[config])
        elif config != self._requested_config:
            self._cancel_process()
            self._start_process(config)

    def _start_process(self, config: DistillationConfig) -> None:
        process = QProcess(self)
        process.setStandardErrorFile(QProcess.nullDevice())
        process.finished.connect(lambda code, status: self._on_ended(process))
        process.errorOccurred.connect(lambda error: self._on_error(process, error))
        self._process, self._requested_config = process, config
        process.start(self._command[0], list(self._command[1:]))
        process.write(config.model_dump_json().encode() + b"\n")
        process.closeWriteChannel()

    def _cancel_process(self) -> None:
        """End the process; what it would have said is of no use any more."""
        process, self._process, self._requested_config = self._process, None, None
        if process is not None:
            process.kill()  # `_on_ended` follows: to give back much memory takes a system its time

    def _on_error(self, process: QProcess, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._on_ended(process)

    def _on_ended(self, process: QProcess) -> None:
        process.deleteLater()
        if process is not self._process or self._requested_config is None:
            return
        answer = self._parse_estimate(bytes(process.readAllStandardOutput().data()))
        if len(self._cached_estimates) >= MAX_CACHED_ESTIMATES:
            del self._cached_estimates[next(iter(self._cached_estimates))]
        self._cached_estimates[self._requested_config] = answer
        self._process = self._requested_config = None
        if not self._debounce_timer.isActive():  # else the settings are others by now
            self._session.set_run_estimate(answer)

    def _parse_estimate(self, line: bytes) -> RunEstimate:
        try:
            values = json.loads(line)
        except ValueError:
            # Linux ends a process that asks for more memory than there is.
            words = self.tr("the probe was cut off; if memory was short, lower network.width")
            return RunEstimate(error=words)
        if "error" in values:
            return RunEstimate(error=values["error"])
        return RunEstimate(estimate=Estimate(**values))
