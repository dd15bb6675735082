"""A run that another process writes is followed and never modified."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_engine import FakeEngine
from pytestqt.qtbot import QtBot
from real_runs import TINY, begin_run, resume_run, run_to_end, run_until

from podd_app.engine.engine_thread import EngineThread
from podd_app.engine.jobs import JobPool
from podd_app.models.open_target import OpenTarget
from podd_app.models.run_status import Phase
from podd_app.models.session import Session
from podd_app.services.run_controller import RunController
from podd_engine.runs.directory import RunDirectory
from podd_engine.runs.event_log import events_of_type, read_events
from podd_engine.runtime.events import Evaluation, StepReport

TIMEOUT_MS = 30_000


@pytest.fixture
def controller(session: Session, tmp_path: Path) -> Iterator[RunController]:
    pool = JobPool()
    session.set_runs_folder(tmp_path)
    run_controller = RunController(session, EngineThread(FakeEngine().begin), pool.lane())
    yield run_controller
    run_controller.close()
    pool.close()


def until(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=TIMEOUT_MS)


def open_run(qtbot: QtBot, session: Session, path: Path, phase: Phase) -> None:
    session.open_requested.emit(OpenTarget("run", path))
    until(qtbot, lambda: session.run.phase is phase and session.run.path == path)


@pytest.mark.usefixtures("controller")
def test_history_poster_and_end_follow_the_run(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "digits-001"
    events = begin_run(path)
    run_until(events, StepReport)
    open_run(qtbot, session, path, Phase.WATCHED)
    run_history, log = session.run_history, RunDirectory(path).events_path
    assert [report.step for report in run_history.reports] == [1]
    assert not session.run.resumable
    assert not session.run.phase.active
    written = sorted(file for file in path.rglob("*"))

    run_until(events, Evaluation)
    until(qtbot, lambda: len(run_history.evaluations) == 1)
    until(qtbot, lambda: run_history.poster is not None and run_history.poster.step == 2)
    assert list(run_history.reports) == events_of_type(read_events(log), StepReport)
    assert session.run.step == 2
    assert session.run.steps_per_second > 0
    assert session.run.seconds_remaining is not None
    assert set(written) <= set(path.rglob("*"))

    run_to_end(events)
    until(qtbot, lambda: session.run.phase is Phase.FINISHED)
    assert list(run_history.reports) == events_of_type(read_events(log), StepReport)
    assert [evaluation.step for evaluation in run_history.evaluations] == [2, 4]
    assert (session.run.step, session.run.resumable, session.run.seconds_remaining) == (4, False, None)


@pytest.mark.usefixtures("controller")
def test_killed_watched_run_can_be_resumed(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "digits-001"
    settings = tmp_path / "tiny.toml"
    settings.write_text(TINY.with_values({"outer.steps": 100_000, "evaluation.every": 50_000}).to_toml())
    command = [sys.executable, "-m", "podd_engine.cli", "distill", str(settings), "--out", str(path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(qtbot, lambda: bool(read_events(RunDirectory(path).events_path)))
        open_run(qtbot, session, path, Phase.WATCHED)
        with qtbot.waitSignal(session.run_history.steps_reported, timeout=TIMEOUT_MS):
            pass
    finally:
        process.kill()
        process.wait()
    until(qtbot, lambda: session.run.phase is Phase.STOPPED)
    assert session.run.resumable
    assert session.run.note == "interrupted"
    steps = [report.step for report in session.run_history.reports]
    assert steps == list(range(1, len(steps) + 1))


@pytest.mark.usefixtures("controller")
def test_run_that_was_rewound_to_its_checkpoint_is_reloaded(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "digits-001"
    events = begin_run(path)
    run_until(events, StepReport)
    saved_checkpoint = tmp_path / "checkpoint"
    shutil.copy(RunDirectory(path).checkpoint_path, saved_checkpoint)
    open_run(qtbot, session, path, Phase.WATCHED)
    # Between two polls, the lock passes from a killed process to a process that resumes the run.
    events.close()
    os.replace(saved_checkpoint, RunDirectory(path).checkpoint_path)
    events = resume_run(path)
    run_until(events, StepReport)
    with qtbot.waitSignal(session.run_history.opened, timeout=TIMEOUT_MS):
        pass
    assert [report.step for report in session.run_history.reports] == [1]
    assert session.run.phase is Phase.WATCHED
    events.close()
    until(qtbot, lambda: session.run.phase is Phase.STOPPED)
    assert session.run.resumable


@pytest.mark.usefixtures("controller")
def test_closing_a_watched_run_ends_the_watch(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "digits-001"
    events = begin_run(path)
    run_until(events, StepReport)
    open_run(qtbot, session, path, Phase.WATCHED)
    session.new_run()
    run_until(events, Evaluation)
    open_run(qtbot, session, path, Phase.WATCHED)
    assert [report.step for report in session.run_history.reports] == [1, 2]
    events.close()


@pytest.mark.usefixtures("controller")
def test_missing_watched_run_is_reported_once(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "digits-001"
    events = begin_run(path)
    run_until(events, StepReport)
    open_run(qtbot, session, path, Phase.WATCHED)
    with qtbot.waitSignal(session.error_reported, timeout=TIMEOUT_MS) as error_reported:
        path.rename(tmp_path / "moved")
    assert "there is no such folder" in error_reported.args[0].what
    assert session.run.phase is Phase.STOPPED
    assert not session.run.resumable
    (tmp_path / "moved").rename(path)
    events.close()
