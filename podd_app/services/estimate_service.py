"""Estimates a run in a separate process while its settings are edited."""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QProcess, QTimer

from podd_app.models.class_order import index_grid
from podd_app.models.run_estimate import RunEstimate
from podd_app.models.session import Session
from podd_app.services.shortages import advice_sentence, disk_shortage, memory_shortage
from podd_engine.config.schema import DistillationConfig
from podd_engine.estimate.cost_model import Estimate
from podd_engine.estimate.memory_fit import MemoryShortage

STARTUP_DELAY_MS = 3000
"""Delay of the first estimate after the service is created."""

DEBOUNCE_MS = 800
"""Time without edits before an estimate starts."""

COMMAND = (sys.executable, "-m", "podd_engine.estimate.worker")

_KILLED = 9
"""Number of the signal with which Linux ends a process that needs more memory than is available."""

MAX_CACHED_ESTIMATES = 32
"""Number of cached estimates, which make Undo and returning to earlier settings immediate."""


class EstimateService(QObject):
    """Keeps `Session.run_estimate` up to date while no run is in progress.

    The estimate runs in a separate process, which frees all its memory when it ends. The service
    kills the process when the settings change or a run starts.

    Args:
        session: the session whose settings are estimated.
        command: command that starts the process; see `podd_engine.estimate.worker`.
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
        self._was_ready = False
        for signal in (session.draft_changed, session.class_order.changed, session.runs_folder_changed):
            signal.connect(self._on_session_changed)
        # Not `can_start_changed`, because the estimate itself determines whether a run can start.
        for signal in (session.dataset_changed, session.run_changed):
            signal.connect(self._on_readiness_changed)
        self._startup_timer = QTimer(self, singleShot=True, interval=STARTUP_DELAY_MS)
        self._startup_timer.timeout.connect(self._on_session_changed)
        self._startup_timer.start()

    def close(self) -> None:
        """Stop estimating, and wait until the process has ended."""
        self._closed = True
        self._startup_timer.stop()
        self._debounce_timer.stop()
        self._cancel_process()
        for process in self.findChildren(QProcess):
            process.waitForFinished()

    @property
    def _should_estimate(self) -> bool:
        """Whether the draft is ready, its class order is known, and no run uses this computer."""
        session = self._session
        ready = not session.draft_blocker and not session.run.phase.active
        return ready and not session.class_order.shown.pending and not self._closed

    def _on_readiness_changed(self) -> None:
        if self._should_estimate != self._was_ready:
            self._on_session_changed()

    def _on_session_changed(self) -> None:
        if self._startup_timer.isActive():
            return
        self._was_ready = self._should_estimate
        if not self._was_ready:
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
        # Names and the class order do not affect the cost. A given grid avoids computing the order.
        grid = index_grid(*config.layout.class_grid)
        config = config.with_values({"order.grid": grid, "name": "estimate", "summary": ""})
        if config in self._cached_estimates:
            self._cancel_process()
            self._show(self._cached_estimates[config])
        elif config != self._requested_config:
            self._cancel_process()
            self._start_process(config)

    def _start_process(self, config: DistillationConfig) -> None:
        process = QProcess(self)
        process.finished.connect(lambda: self._on_ended(process))
        process.errorOccurred.connect(lambda error: self._on_error(process, error))
        self._process, self._requested_config = process, config
        process.start(self._command[0], list(self._command[1:]))
        process.write(config.model_dump_json().encode() + b"\n")
        process.closeWriteChannel()

    def _cancel_process(self) -> None:
        """Kill the process. Its result is not needed anymore."""
        process, self._process, self._requested_config = self._process, None, None
        if process is not None:
            process.kill()  # do not wait: freeing much memory takes time; `_on_ended` is called later

    def _on_error(self, process: QProcess, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._on_ended(process)

    def _on_ended(self, process: QProcess) -> None:
        process.deleteLater()
        if process is not self._process or self._requested_config is None:
            return
        estimate = self._parse_estimate(process)
        if estimate.estimate is not None:  # a failure may be temporary
            self._cache(self._requested_config, estimate)
        self._process = self._requested_config = None
        if not self._debounce_timer.isActive():  # otherwise the settings have changed since
            self._show(estimate)

    def _cache(self, config: DistillationConfig, estimate: RunEstimate) -> None:
        if len(self._cached_estimates) >= MAX_CACHED_ESTIMATES:
            del self._cached_estimates[next(iter(self._cached_estimates))]
        self._cached_estimates[config] = estimate

    def _show(self, run_estimate: RunEstimate) -> None:
        """Show an estimate and the disk space that is missing in the present folder of runs."""
        estimate = run_estimate.estimate
        if estimate is not None and run_estimate.shortage is None:
            shortage = disk_shortage(estimate.disk_bytes, self._session.runs_folder)
            run_estimate = replace(run_estimate, shortage=shortage)
        self._session.set_run_estimate(run_estimate)

    def _parse_estimate(self, process: QProcess) -> RunEstimate:
        try:
            values = json.loads(bytes(process.readAllStandardOutput().data()))
        except ValueError:
            return RunEstimate(error=advice_sentence(self._failure_cause(process)))
        if "error" in values:
            shortage = values.get("shortage")
            return RunEstimate(
                error=advice_sentence(values["error"]),
                shortage=memory_shortage(MemoryShortage(**shortage)) if shortage else None,
            )
        estimate = Estimate(**values)
        missing = MemoryShortage(
            estimate.peak_memory_bytes, estimate.available_bytes, estimate.total_bytes, estimate.advice
        )
        return RunEstimate(estimate=estimate, shortage=memory_shortage(missing) if estimate.advice else None)

    def _failure_cause(self, process: QProcess) -> str:
        """Return why a process ended without an answer."""
        if process.error() is QProcess.ProcessError.FailedToStart:
            return self.tr("the estimate cannot start (%s)") % process.errorString()
        if process.exitStatus() is QProcess.ExitStatus.CrashExit:
            if process.exitCode() == _KILLED:
                return self.tr(
                    "the system ended the estimate, probably because memory ran out; lower network.width"
                )
            return self.tr("the estimate crashed (signal %s)") % process.exitCode()
        lines = bytes(process.readAllStandardError().data()).decode(errors="replace").splitlines()
        last_line = next((line.strip() for line in reversed(lines) if line.strip()), "")
        cause = last_line or self.tr("exit code %s") % process.exitCode()
        return self.tr("the estimate ended without a result (%s)") % cause
