"""Carries out what the session asks of a run, and tells the session how it goes."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from podd_app.engine.engine_thread import EngineThread
from podd_app.engine.jobs import Jobs
from podd_app.models.open_target import Opened
from podd_app.models.run_messages import Figures, KeptRun, NewRun, RunStory
from podd_app.models.run_status import Phase, RunStatus, Trouble
from podd_app.models.session import Session
from podd_app.services.run_watcher import RunWatcher
from podd_app.style.formatting import images_per_class
from podd_engine.config.dataset_catalogue import CATALOGUE
from podd_engine.config.schema import DistillationConfig
from podd_engine.progress import Progress, Report
from podd_engine.runtime.events import Terminal

if TYPE_CHECKING:
    from podd_app.workers.live_run import ReadRun
    from podd_app.workers.run_follower import News

_ENDS = {"finished": Phase.FINISHED, "stopped": Phase.STOPPED, "failed": Phase.FAILED}


class RunDriver(QObject):
    """Between session and engine thread.

    Args:
        session: whose requests are carried out.
        engine: what runs.
        jobs: reads runs that lie on disk.
    """

    def __init__(
        self,
        session: Session,
        engine: EngineThread,
        jobs: Jobs,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._engine, self._jobs = session, engine, jobs
        session.start_requested.connect(self._on_start_requested)
        session.pause_requested.connect(engine.pause)
        session.resume_requested.connect(self._on_resume_requested)
        session.stop_requested.connect(engine.stop)
        session.open_requested.connect(self._on_open_requested)
        session.run_changed.connect(self._on_run_changed)
        self._watcher = RunWatcher(jobs, self)
        self._watcher.told.connect(self._on_watched)
        self._watcher.failed.connect(self._on_watch_failed)
        record = session.record
        engine.reported.connect(record.add_reports)
        engine.evaluated.connect(record.add_evaluation)
        engine.snapshot.connect(record.show_poster)
        engine.started.connect(self._on_started)
        engine.preparing.connect(self._on_preparing)
        engine.noticed.connect(self._on_noticed)
        engine.figures.connect(self._on_figures)
        engine.paused.connect(self._on_paused)
        engine.resumed.connect(self._on_resumed)
        engine.ended.connect(self._on_ended)

    def close(self) -> None:
        """Watch no more; stop a run that is going on, and wait for it."""
        self._watcher.leave()
        self._engine.close()

    # What the session asks

    def _on_start_requested(self, config: DistillationConfig) -> None:
        session = self._session
        ordered = config.with_values({"order.grid": session.orders.shown.grid})
        session.record.open(RunStory(ordered, session.class_names))
        self._engine.start(NewRun(config, session.runs_folder))

    def _on_resume_requested(self) -> None:
        if self._engine.busy:
            self._engine.resume()
        elif self._session.run.path is not None:
            self._engine.start(KeptRun(self._session.run.path))

    def _on_open_requested(self, opened: Opened) -> None:
        if opened.kind != "run":
            return
        session = self._session
        if session.run.phase.active:
            trouble = self.tr("%s was not opened: a run is going on") % opened.path.name
            session.report(Trouble(trouble, self.tr("Stop it first; it can be resumed later.")))
            return
        job = self._jobs.start(partial(_read, opened.path))
        job.succeeded.connect(self._on_run_read)
        job.failed.connect(session.report)

    def _on_run_read(self, read: "ReadRun") -> None:
        if not self._session.run.phase.active:
            self._show(read)
            self._session.go_to("run")

    def _show(self, read: "ReadRun") -> None:
        """Show a run as it lies on disk, and follow it if another process writes it."""
        session, story, step = self._session, read.story, read.poster.step
        steps = story.config.outer.steps
        session.record.open(story)
        session.record.show_poster(read.poster)
        status = RunStatus(title=run_title(story.config), step=step, steps=steps, path=story.path)
        if read.watch is None:
            session.set_run_status(self._ended(status, read.terminal))
        else:
            watched = self.tr("another process writes this run; it is only shown here")
            session.set_run_status(replace(status, phase=Phase.WATCHED, note=watched))
            self._watcher.follow(read.watch)

    def _ended(self, status: RunStatus, terminal: Terminal | None) -> RunStatus:
        """A run that another start of the program, or another process, has written."""
        return replace(
            status,
            phase=_ENDS[terminal.kind] if terminal else Phase.STOPPED,
            seconds_left=None,
            resumable=status.step < status.steps or terminal is None,
            note="" if terminal else self.tr("it was cut off"),
        )

    # What a watched run tells

    def _on_watched(self, news: "News") -> None:
        session, record, path = self._session, self._session.record, self._session.run.path
        if news.went_back and path is not None:
            self._watcher.leave()
            job = self._jobs.start(partial(_read, path))
            job.succeeded.connect(self._on_run_read_again)
            job.failed.connect(self._on_watch_failed)
            return
        if news.reports:
            record.add_reports(news.reports)
        for evaluation in news.evaluations:
            record.add_evaluation(evaluation)
        if news.poster is not None:
            record.show_poster(news.poster)
        status = replace(
            session.run,
            step=news.figures.step,
            seconds_left=news.figures.seconds_left,
            steps_per_second=news.figures.steps_per_second,
            notice=news.notice or session.run.notice,
        )
        session.set_run_status(status if news.being_written else self._ended(status, news.terminal))

    def _on_run_read_again(self, read: "ReadRun") -> None:
        run = self._session.run
        if run.phase is Phase.WATCHED and run.path == read.story.path:
            self._show(read)

    def _on_watch_failed(self, trouble: Trouble) -> None:
        run = self._session.run
        if run.phase is Phase.WATCHED:
            self._session.set_run_status(replace(run, phase=Phase.STOPPED, seconds_left=None, note=""))
            self._session.report(trouble)

    def _on_run_changed(self) -> None:
        if self._session.run.phase is not Phase.WATCHED:
            self._watcher.leave()

    # What the engine tells

    def _tell(self, **changes: object) -> None:
        self._session.set_run_status(replace(self._session.run, **changes))  # type: ignore[arg-type]

    def _on_preparing(self, progress: Progress) -> None:
        share = f" {progress.done / progress.total:.0%}" if progress.total > 1 else ""
        self._tell(note=progress.what + share)

    def _on_started(self, story: RunStory) -> None:
        self._session.record.open(story)
        self._tell(
            step=story.reports[-1].step if story.reports else 0,
            steps=story.config.outer.steps,
            path=story.path,
            resumable=False,
            note="",
        )
        self._go_on()

    def _go_on(self) -> None:
        if self._session.run.phase is Phase.STARTING:
            self._tell(phase=Phase.RUNNING)

    def _on_noticed(self, text: str) -> None:
        self._tell(notice=text)

    def _on_figures(self, figures: Figures) -> None:
        evaluating = (
            "" if figures.evaluated is None else self.tr("evaluating %.0f %%") % (100 * figures.evaluated)
        )
        self._tell(
            step=figures.step,
            seconds_left=figures.seconds_left,
            steps_per_second=figures.steps_per_second,
            memory_bytes=figures.memory_bytes,
            seconds_since_save=figures.seconds_since_save,
            note=evaluating,
        )

    def _on_paused(self) -> None:
        if self._session.run.phase is Phase.PAUSING:
            self._tell(phase=Phase.PAUSED)

    def _on_resumed(self) -> None:
        self._go_on()

    def _on_ended(self, terminal: Terminal) -> None:
        run = self._session.run
        kept = run.path is not None and run.path.is_dir()
        # A resume that ended in its preparation has taken no step, and lost none.
        terminal = replace(terminal, step=terminal.step or run.step)
        self._tell(
            phase=_ENDS[terminal.kind],
            step=terminal.step,
            seconds_left=None,
            note="",
            resumable=kept and terminal.kind != "finished",
        )
        if terminal.kind == "failed":
            self._session.report(self._trouble(terminal, kept))

    def _trouble(self, terminal: Terminal, kept: bool) -> Trouble:
        if not kept:
            return Trouble(self.tr("The run could not start"), terminal.message, terminal.details)
        what = self.tr("The run failed after step %d: %s") % (terminal.step, terminal.message)
        remedy = self.tr("Its last good state is saved; once the cause is gone, Resume goes on from there.")
        return Trouble(what, remedy, terminal.details)


def _read(path: Path, report: Report) -> "ReadRun":
    """Read a run; torch is loaded here, on the thread that needs it."""
    from podd_app.workers.live_run import read_run

    return read_run(path, report)


def run_title(config: DistillationConfig) -> str:
    """What a run of ``config`` is called: "CIFAR-10 · 0.9 images per class"."""
    facts = CATALOGUE.get(config.dataset.name)
    title = facts.title if facts else Path(config.dataset.path).name
    return f"{title} · {images_per_class(config.layout.images_per_class)}"
