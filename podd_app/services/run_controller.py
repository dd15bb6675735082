"""Executes run requests of the session and updates the status of the run."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from podd_app.engine.engine_thread import EngineThread
from podd_app.engine.jobs import JobLane
from podd_app.engine.task import TimeLeftEstimator
from podd_app.models.open_target import OpenTarget
from podd_app.models.run_messages import NewRunRequest, ResumeRequest, RunMetadata, RunStatistics
from podd_app.models.run_status import ErrorReport, Phase, RunStatus
from podd_app.models.session import Session
from podd_app.services.run_watcher import RunWatcher
from podd_app.style.formatting import format_count, images_per_class
from podd_engine.config.dataset_catalogue import CATALOGUE
from podd_engine.config.schema import DistillationConfig
from podd_engine.progress import Progress, ProgressCallback
from podd_engine.runtime.events import Terminal

if TYPE_CHECKING:
    from podd_app.workers.live_run import LoadedRun
    from podd_app.workers.run_follower import RunUpdate

_TERMINAL_PHASES = {"finished": Phase.FINISHED, "stopped": Phase.STOPPED, "failed": Phase.FAILED}


class RunController(QObject):
    """Connects the session to the engine thread.

    Args:
        session: the session that requests and displays runs.
        engine: engine thread that executes runs.
        jobs: lane that reads runs from disk.
    """

    def __init__(
        self,
        session: Session,
        engine: EngineThread,
        jobs: JobLane,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._engine, self._jobs = session, engine, jobs
        self._stage_time_left = TimeLeftEstimator()
        session.start_requested.connect(self._on_start_requested)
        session.pause_requested.connect(engine.pause)
        session.resume_requested.connect(self._on_resume_requested)
        session.stop_requested.connect(engine.stop)
        session.open_requested.connect(self._on_open_requested)
        session.run_changed.connect(self._on_run_changed)
        self._watcher = RunWatcher(jobs, self)
        self._watcher.updated.connect(self._on_watcher_updated)
        self._watcher.failed.connect(self._on_watcher_failed)
        run_history = session.run_history
        engine.steps_reported.connect(run_history.add_reports)
        engine.evaluated.connect(run_history.add_evaluation)
        engine.snapshot.connect(run_history.show_poster)
        engine.started.connect(self._on_started)
        engine.preparing.connect(self._on_preparing)
        engine.notice_received.connect(self._on_engine_notice_received)
        engine.statistics.connect(self._on_engine_statistics)
        engine.paused.connect(self._on_paused)
        engine.resumed.connect(self._on_resumed)
        engine.ended.connect(self._on_ended)

    def close(self) -> None:
        """Stop following a run, stop the run in progress, and wait until its thread has ended."""
        self._watcher.stop_following()
        self._engine.close()

    # Requests of the session

    def _on_start_requested(self, config: DistillationConfig) -> None:
        session = self._session
        self._stage_time_left = TimeLeftEstimator()
        ordered = config.with_values({"order.grid": session.class_order.shown.grid})
        session.run_history.open(RunMetadata(ordered, session.class_names))
        self._engine.start(NewRunRequest(config, session.runs_folder))

    def _on_resume_requested(self) -> None:
        if self._engine.busy:
            self._engine.resume()
        elif self._session.run.path is not None:
            self._stage_time_left = TimeLeftEstimator()
            self._engine.start(ResumeRequest(self._session.run.path))

    def _on_open_requested(self, opened: OpenTarget) -> None:
        if opened.kind != "run":
            return
        session = self._session
        if session.run.phase.active:
            error = self.tr("Can't open %s while a run is in progress") % opened.path.name
            remedy = self.tr("Stop the run first. You can resume it later.")
            session.report_error(ErrorReport(error, remedy))
            return
        job = self._jobs.start(partial(_load_run, opened.path))
        job.succeeded.connect(self._on_run_loaded)
        job.failed.connect(session.report_error)

    def _on_run_loaded(self, run: "LoadedRun") -> None:
        if not self._session.run.phase.active:
            self._show_run(run)
            self._session.show_page("run")

    def _show_run(self, run: "LoadedRun") -> None:
        """Show a run from disk, and follow it if another process writes it."""
        session, metadata, step = self._session, run.metadata, run.poster.step
        steps = metadata.config.outer.steps
        session.run_history.open(metadata)
        session.run_history.show_poster(run.poster)
        status = RunStatus(title=run_title(metadata.config), step=step, steps=steps, path=metadata.path)
        if run.follower is None:
            session.set_run_status(self._with_outcome(status, run.terminal))
        else:
            note = self.tr("running in another process (read-only)")
            session.set_run_status(replace(status, phase=Phase.WATCHED, note=note))
            self._watcher.follow(run.follower)

    def _with_outcome(self, status: RunStatus, terminal: Terminal | None) -> RunStatus:
        """Return the status of a run that no process writes.

        Args:
            status: status without phase and note.
            terminal: terminal event of the run; None if the run was interrupted.
        """
        return replace(
            status,
            phase=_TERMINAL_PHASES[terminal.kind] if terminal else Phase.STOPPED,
            seconds_remaining=None,
            resumable=status.step < status.steps or terminal is None,
            note="" if terminal else self.tr("interrupted"),
        )

    # Updates of a watched run

    def _on_watcher_updated(self, update: "RunUpdate") -> None:
        session, run_history, path = self._session, self._session.run_history, self._session.run.path
        if update.was_rewound and path is not None:
            self._watcher.stop_following()
            job = self._jobs.start(partial(_load_run, path))
            job.succeeded.connect(self._on_run_reloaded)
            job.failed.connect(self._on_watcher_failed)
            return
        if update.reports:
            run_history.add_reports(update.reports)
        for evaluation in update.evaluations:
            run_history.add_evaluation(evaluation)
        if update.poster is not None:
            run_history.show_poster(update.poster)
        status = replace(
            session.run,
            step=update.statistics.step,
            seconds_remaining=update.statistics.seconds_remaining,
            steps_per_second=update.statistics.steps_per_second,
            notice=update.notice or session.run.notice,
        )
        session.set_run_status(
            status if update.being_written else self._with_outcome(status, update.terminal)
        )

    def _on_run_reloaded(self, run: "LoadedRun") -> None:
        status = self._session.run
        if status.phase is Phase.WATCHED and status.path == run.metadata.path:
            self._show_run(run)

    def _on_watcher_failed(self, error: ErrorReport) -> None:
        run = self._session.run
        if run.phase is Phase.WATCHED:
            self._session.set_run_status(replace(run, phase=Phase.STOPPED, seconds_remaining=None, note=""))
            self._session.report_error(error)

    def _on_run_changed(self) -> None:
        if self._session.run.phase is not Phase.WATCHED:
            self._watcher.stop_following()

    # Signals of the engine thread

    def _update_status(self, **changes: object) -> None:
        self._session.set_run_status(replace(self._session.run, **changes))  # type: ignore[arg-type]

    def _on_preparing(self, progress: Progress) -> None:
        self._stage_time_left.take(progress)
        preparation = self._session.run.preparation.after(progress, self._stage_time_left.seconds)
        self._update_status(preparation=preparation)

    def _on_started(self, metadata: RunMetadata) -> None:
        self._session.run_history.open(metadata)
        self._update_status(
            step=metadata.reports[-1].step if metadata.reports else 0,
            steps=metadata.config.outer.steps,
            path=metadata.path,
            resumable=False,
            note="",
            is_preparing=False,
        )
        self._mark_running()

    def _mark_running(self) -> None:
        if self._session.run.phase is Phase.STARTING:
            self._update_status(phase=Phase.RUNNING)

    def _on_engine_notice_received(self, text: str) -> None:
        self._update_status(notice=text)

    def _on_engine_statistics(self, statistics: RunStatistics) -> None:
        note = ""
        if statistics.evaluated is not None:
            note = self.tr("evaluating (%s)") % f"{statistics.evaluated:.0%}"
        self._update_status(
            step=statistics.step,
            seconds_remaining=statistics.seconds_remaining,
            steps_per_second=statistics.steps_per_second,
            memory_bytes=statistics.memory_bytes,
            seconds_since_save=statistics.seconds_since_save,
            note=note,
        )

    def _on_paused(self) -> None:
        if self._session.run.phase is Phase.PAUSING:
            self._update_status(phase=Phase.PAUSED)

    def _on_resumed(self) -> None:
        self._mark_running()

    def _on_ended(self, terminal: Terminal) -> None:
        run = self._session.run
        was_saved = run.path is not None and run.path.is_dir()
        if not was_saved:
            self._on_ended_unsaved(terminal)
            return
        # If a resume ends during its preparation, its terminal event has step 0. Keep the known step.
        terminal = replace(terminal, step=terminal.step or run.step)
        self._update_status(
            phase=_TERMINAL_PHASES[terminal.kind],
            step=terminal.step,
            seconds_remaining=None,
            note="",
            resumable=terminal.kind != "finished",
            is_preparing=False,
        )
        if terminal.kind == "failed":
            self._session.report_error(self._error_report(terminal))

    def _on_ended_unsaved(self, terminal: Terminal) -> None:
        """Close a run that has ended before its directory was created."""
        session = self._session
        session.discard_run()
        if terminal.kind == "failed":
            error = ErrorReport(self.tr("The run could not start"), terminal.message, terminal.details)
            session.report_error(error)
        else:
            session.report_notice(self.tr("The run was stopped during its preparation. Nothing was saved."))

    def _error_report(self, terminal: Terminal) -> ErrorReport:
        what = self.tr("The run failed after step %s: %s") % (format_count(terminal.step), terminal.message)
        remedy = self.tr("The last checkpoint is saved. Fix the cause, then choose Resume.")
        return ErrorReport(what, remedy, terminal.details)


def _load_run(path: Path, report: ProgressCallback) -> "LoadedRun":
    """Read a run. Imports torch on the background thread."""
    from podd_app.workers.live_run import load_run

    return load_run(path, report)


def run_title(config: DistillationConfig) -> str:
    """Return the title of a run of ``config``: "CIFAR-10 · 0.9 images per class"."""
    facts = CATALOGUE.get(config.dataset.name)
    title = facts.title if facts else Path(config.dataset.path).name
    return f"{title} · {images_per_class(config.layout.images_per_class)}"
