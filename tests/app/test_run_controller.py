"""Run controller: the status of the session follows the engine thread."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_engine import CONFIG, TICK, FakeEngine, evaluation, snapshot, step
from pytestqt.qtbot import QtBot

from podd_app.engine.engine_thread import EngineThread
from podd_app.engine.jobs import JobPool
from podd_app.models.open_target import OpenTarget
from podd_app.models.run_messages import NewRunRequest, ResumeRequest
from podd_app.models.run_status import ErrorReport, Phase
from podd_app.models.session import Session
from podd_app.services.run_controller import RunController
from podd_app.window.status_line import StatusLine
from podd_app.window.subject import ShownSubject, Subject
from podd_engine.progress import ProgressCallback
from podd_engine.runtime.events import Notice, Terminal


@pytest.fixture
def fake(tmp_path: Path) -> FakeEngine:
    engine = FakeEngine()
    engine.path = tmp_path / "digits-001"
    return engine


@pytest.fixture
def controller(fake: FakeEngine, session: Session, tmp_path: Path) -> Iterator[RunController]:
    pool = JobPool()
    session.set_runs_folder(tmp_path)
    session.load_config(CONFIG.with_values({"order.grid": ()}), "digits")
    run_controller = RunController(session, EngineThread(fake.begin), pool.lane())
    yield run_controller
    run_controller.close()
    pool.close()


def until(qtbot: QtBot, session: Session, phase: Phase, act: Callable[[], object]) -> None:
    """Call ``act``, and wait until the run is in ``phase``."""
    reached = {"check_params_cb": lambda: session.run.phase is phase}
    with qtbot.waitSignal(session.run_changed, timeout=20_000, **reached):
        act()


def begin(qtbot: QtBot, session: Session, fake: FakeEngine) -> None:
    """Start a run, and wait for its first two steps."""
    until(qtbot, session, Phase.RUNNING, session.start)
    fake.path.mkdir(exist_ok=True)
    with qtbot.waitSignal(session.run_history.steps_reported):
        fake.feed(step(1), snapshot(1), step(2), snapshot(2))


@pytest.mark.usefixtures("controller")
def test_commands_change_the_phase_immediately_and_then_take_effect(
    qtbot: QtBot, session: Session, fake: FakeEngine
) -> None:
    session.start()
    assert session.run.phase is Phase.STARTING
    metadata = session.run_history.metadata
    assert metadata is not None
    assert metadata.config.order.grid == session.class_order.shown.grid
    until(qtbot, session, Phase.RUNNING, lambda: None)
    assert fake.requests == [NewRunRequest(session.config, session.runs_folder)]
    fake.path.mkdir()
    session.pause()
    assert session.run.phase is Phase.PAUSING
    until(qtbot, session, Phase.PAUSED, lambda: fake.feed(step(1)))
    session.resume()
    assert session.run.phase is Phase.STARTING
    until(qtbot, session, Phase.RUNNING, lambda: None)
    session.stop()
    assert session.run.phase is Phase.STOPPING
    until(qtbot, session, Phase.STOPPED, lambda: fake.feed(TICK))
    assert session.run.resumable
    assert session.run.step == 1


@pytest.mark.usefixtures("controller")
def test_status_and_history_follow_the_run(qtbot: QtBot, session: Session, fake: FakeEngine) -> None:
    begin(qtbot, session, fake)
    with qtbot.waitSignal(session.run_history.evaluated):
        fake.feed(evaluation(2))
    until(qtbot, session, Phase.FINISHED, lambda: fake.feed(Terminal("finished", 2)))
    run = session.run
    assert (run.step, run.steps, run.path) == (2, CONFIG.outer.steps, fake.path)
    assert run.steps_per_second == pytest.approx(2.0)
    assert run.memory_bytes == 10**9
    assert run.seconds_since_save is None
    assert not run.resumable
    assert list(session.run_history.reports) == [step(1), step(2)]
    assert session.run_history.best == evaluation(2)
    assert session.run_history.poster is not None
    assert session.run_history.poster.step == 2


@pytest.mark.usefixtures("controller")
def test_notice_stays_until_the_run_is_resumed(qtbot: QtBot, session: Session, fake: FakeEngine) -> None:
    subject = ShownSubject(session)
    subject.show(Subject.RUN)
    line = StatusLine(session, subject)
    qtbot.addWidget(line)
    begin(qtbot, session, fake)
    with qtbot.waitSignal(session.run_history.steps_reported):
        fake.feed(Notice("a vector<int> is short"), step(3))
    with qtbot.waitSignal(session.run_history.evaluated):
        fake.feed(evaluation(3))
    assert session.run.notice == "a vector<int> is short"
    assert "a vector<int> is short" in line.text
    session.stop()
    until(qtbot, session, Phase.STOPPED, lambda: fake.feed(TICK))
    until(qtbot, session, Phase.RUNNING, session.resume)
    assert session.run.notice == ""
    session.stop()
    until(qtbot, session, Phase.STOPPED, lambda: fake.feed(TICK))


@pytest.mark.usefixtures("controller")
def test_resumed_run_keeps_its_history(qtbot: QtBot, session: Session, fake: FakeEngine) -> None:
    begin(qtbot, session, fake)
    session.stop()
    until(qtbot, session, Phase.STOPPED, lambda: fake.feed(TICK))
    shown = session.run_history.poster
    fake.past_events = (step(1), step(2))
    until(qtbot, session, Phase.RUNNING, session.resume)
    assert fake.requests[-1] == ResumeRequest(fake.path)
    assert list(session.run_history.reports) == [step(1), step(2)]
    assert session.run_history.poster is shown
    assert session.run.step == 2
    with qtbot.waitSignal(session.run_history.steps_reported):
        fake.feed(step(3))
    assert [report.step for report in session.run_history.reports] == [1, 2, 3]
    session.stop()
    until(qtbot, session, Phase.STOPPED, lambda: fake.feed(TICK))


@pytest.mark.usefixtures("controller")
def test_failure_is_reported_once_with_a_remedy(qtbot: QtBot, session: Session, fake: FakeEngine) -> None:
    begin(qtbot, session, fake)
    errors: list[ErrorReport] = []
    session.error_reported.connect(errors.append)
    error = RuntimeError("CUDA out of memory")
    until(qtbot, session, Phase.FAILED, lambda: fake.feed(error))
    (error_report,) = errors
    assert "memory ran out" in error_report.what
    assert "step 2" in error_report.what
    assert "Resume" in error_report.remedy
    assert "Traceback" in error_report.details
    assert session.run.resumable


def test_run_that_could_not_start_leaves_no_run(
    qtbot: QtBot, session: Session, fake: FakeEngine, controller: RunController
) -> None:
    def fail(report: ProgressCallback) -> None:
        raise MemoryError("too many images")

    fake._prepare = fail
    with qtbot.waitSignal(session.error_reported) as error_reported:
        until(qtbot, session, Phase.READY, session.start)
    assert "could not start" in error_reported.args[0].what
    assert session.can_start
    assert session.run_history.metadata is None


@pytest.mark.usefixtures("controller")
def test_no_run_is_opened_while_a_run_is_in_progress(
    qtbot: QtBot, session: Session, fake: FakeEngine, tmp_path: Path
) -> None:
    begin(qtbot, session, fake)
    metadata = session.run_history.metadata
    with qtbot.waitSignal(session.error_reported) as error_reported:
        session.open_requested.emit(OpenTarget("run", tmp_path / "other"))
    assert "in progress" in error_reported.args[0].what
    assert session.run_history.metadata is metadata
    session.stop()
    until(qtbot, session, Phase.STOPPED, lambda: fake.feed(TICK))


@pytest.mark.usefixtures("controller")
def test_opening_a_path_without_a_run_is_reported(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    with qtbot.waitSignal(session.error_reported, timeout=30_000) as error_reported:
        session.open_requested.emit(OpenTarget("run", tmp_path / "nothing"))
    assert "there is no such folder" in error_reported.args[0].what
    assert session.run.phase is Phase.READY
