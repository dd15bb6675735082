"""The whole way with the real engine: start, watch, pause, resume, stop, open again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from podd_app.application import create_main_window
from podd_app.models.run_status import Phase
from podd_app.models.session import Session
from podd_app.pages.run.page import RunPlace
from podd_app.window.main_window import MainWindow
from podd_engine.runs.directory import RunDirectory
from podd_engine.runs.event_log import only, read_events
from podd_engine.runtime.events import StepReport, Terminal

SMALL = {
    "network.width": 8,
    "truncation.window": 3,
    "truncation.total": 6,
    "outer.steps": 4,
    "outer.real_batch": 32,
    "evaluation.every": 2,
    "evaluation.networks": 2,
    "evaluation.steps": (3, 6),
}
PATIENCE_MS = 60_000


@pytest.fixture
def window(
    qtbot: QtBot, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MainWindow]:
    """The program's window, its files below ``tmp_path``."""
    monkeypatch.setenv("PODD_HOME", str(tmp_path))
    made = create_main_window(session=session)
    qtbot.addWidget(made)
    made.show()
    session.edit(SMALL, "Small")
    yield made
    if session.run.phase.active:
        until_phase(qtbot, session, Phase.STOPPED, session.stop)


def until_phase(qtbot: QtBot, session: Session, phase: Phase, act) -> None:  # type: ignore[no-untyped-def]
    """Act, and wait until the run is in ``phase``."""
    with qtbot.waitSignal(
        session.run_changed, timeout=PATIENCE_MS, check_params_cb=lambda: session.run.phase is phase
    ):
        act()


def test_a_run_from_start_to_finish(qtbot: QtBot, window: MainWindow, session: Session) -> None:
    place = window.place_widget("run")
    assert isinstance(place, RunPlace)
    assert place.invitation.isVisibleTo(place)
    until_phase(qtbot, session, Phase.FINISHED, window.start)
    assert window.place == "run"
    assert not place.invitation.isVisibleTo(place)
    run = session.run
    assert (run.step, run.steps, run.resumable, run.seconds_left) == (4, 4, False, None)
    assert run.memory_bytes > 1e7
    assert run.path is not None
    assert run.path.parent == session.runs_folder
    logged = read_events(RunDirectory(run.path).events_path)
    assert list(session.record.reports) == only(logged, StepReport)
    assert [evaluation.step for evaluation in session.record.evaluations] == [2, 4]
    assert only(logged, Terminal) == [Terminal("finished", 4)]
    poster = session.record.poster
    assert poster is not None
    assert poster.step == 4
    assert poster.seen.shape == poster.trained.shape == (20, 32, 1)
    assert place.loss.table().rows[-1][:2] == (4.0, pytest.approx(session.record.reports[-1].loss))
    assert len(place.accuracy.table().rows) == 4


def test_pause_stop_resume_and_open_again(qtbot: QtBot, window: MainWindow, session: Session) -> None:
    session.edit({"outer.steps": 400, "evaluation.every": 400}, "Longer")
    until_phase(qtbot, session, Phase.RUNNING, window.start)
    with qtbot.waitSignal(session.record.reported, timeout=PATIENCE_MS):
        pass
    until_phase(qtbot, session, Phase.PAUSED, session.pause)
    held = len(session.record.reports)
    with qtbot.waitSignals([session.run_progressed] * 2, timeout=PATIENCE_MS):
        pass  # the age of the checkpoint goes on while the run does not
    assert len(session.record.reports) == held
    with qtbot.waitSignal(session.record.reported, timeout=PATIENCE_MS):
        session.resume()
    until_phase(qtbot, session, Phase.STOPPED, session.stop)
    path, told = session.run.path, list(session.record.reports)
    assert path is not None
    assert session.run.resumable
    assert session.run.step == told[-1].step == len(told)

    session.new_run()
    assert session.record.story is None
    with qtbot.waitSignal(session.record.pictured, timeout=PATIENCE_MS):
        window.open_path(path)
    assert list(session.record.reports) == told
    assert session.run.phase is Phase.STOPPED
    assert session.run.resumable
    assert window.place == "run"
    poster = session.record.poster
    assert poster is not None
    assert poster.step == len(told)

    with qtbot.waitSignal(session.record.reported, timeout=PATIENCE_MS):
        session.resume()
    until_phase(qtbot, session, Phase.STOPPED, session.stop)
    place = window.place_widget("run")
    assert isinstance(place, RunPlace)
    place._turns.finish()
    steps = [row[0] for row in place.loss.table().rows]
    assert steps == list(range(1, len(steps) + 1))
    assert len(steps) > len(told)
    logged = read_events(RunDirectory(path).events_path)
    assert list(session.record.reports) == only(logged, StepReport)
    assert [end.kind for end in only(logged, Terminal)] == ["stopped", "stopped"]


def test_closing_during_a_run_saves_and_stops_it(
    qtbot: QtBot, window: MainWindow, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.edit({"outer.steps": 400, "evaluation.every": 400}, "Longer")
    with qtbot.waitSignal(session.record.reported, timeout=PATIENCE_MS):
        window.start()
    monkeypatch.setattr(window, "_may_stop", lambda: True)
    with qtbot.waitSignal(window.closed, timeout=PATIENCE_MS):
        window.close()
    assert session.run.phase is Phase.STOPPED
    assert session.run.path is not None
    assert RunDirectory(session.run.path).checkpoint_path.is_file()
    assert not window.isVisible()


def test_class_order_is_found_as_the_run_would(qtbot: QtBot, window: MainWindow, session: Session) -> None:
    with qtbot.waitSignal(
        session.orders.changed,
        timeout=PATIENCE_MS,
        check_params_cb=lambda: session.orders.shown.cost is not None,
    ):
        session.edit({"order.source": "images", "order.refine": False}, "Source")
        session.orders.request()
    drawn = session.orders.shown.grid
    until_phase(qtbot, session, Phase.FINISHED, window.start)
    story = session.record.story
    assert story is not None
    assert story.config.order.grid == drawn
