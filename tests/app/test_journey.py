"""The whole way with the real engine: start, watch, pause, resume, stop, open again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from podd_app.application import create_main_window
from podd_app.models.run_status import Phase
from podd_app.models.session import Session
from podd_app.pages.run.page import RunPage
from podd_app.window.main_window import MainWindow
from podd_engine.runs.directory import RunDirectory
from podd_engine.runs.event_log import events_of_type, read_events
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
TIMEOUT_MS = 60_000


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
        wait_for_phase(qtbot, session, Phase.STOPPED, session.stop)


def wait_for_phase(qtbot: QtBot, session: Session, phase: Phase, act) -> None:  # type: ignore[no-untyped-def]
    """Act, and wait until the run is in ``phase``."""
    with qtbot.waitSignal(
        session.run_changed, timeout=TIMEOUT_MS, check_params_cb=lambda: session.run.phase is phase
    ):
        act()


def test_a_run_from_start_to_finish(qtbot: QtBot, window: MainWindow, session: Session) -> None:
    page = window.page_widget("run")
    assert isinstance(page, RunPage)
    assert page.empty_state.isVisibleTo(page)
    wait_for_phase(qtbot, session, Phase.FINISHED, window.start)
    assert window.page == "run"
    assert not page.empty_state.isVisibleTo(page)
    run = session.run
    assert (run.step, run.steps, run.resumable, run.seconds_remaining) == (4, 4, False, None)
    assert run.memory_bytes > 1e7
    assert run.path is not None
    assert run.path.parent == session.runs_folder
    logged = read_events(RunDirectory(run.path).events_path)
    assert list(session.run_history.reports) == events_of_type(logged, StepReport)
    assert [evaluation.step for evaluation in session.run_history.evaluations] == [2, 4]
    assert events_of_type(logged, Terminal) == [Terminal("finished", 4)]
    poster = session.run_history.poster
    assert poster is not None
    assert poster.step == 4
    assert poster.seen.shape == poster.trained.shape == (20, 32, 1)
    assert page.loss.table().rows[-1][:2] == (4.0, pytest.approx(session.run_history.reports[-1].loss))
    assert len(page.accuracy.table().rows) == 4


def test_pause_stop_resume_and_open_again(qtbot: QtBot, window: MainWindow, session: Session) -> None:
    session.edit({"outer.steps": 400, "evaluation.every": 400}, "Longer")
    wait_for_phase(qtbot, session, Phase.RUNNING, window.start)
    with qtbot.waitSignal(session.run_history.steps_reported, timeout=TIMEOUT_MS):
        pass
    wait_for_phase(qtbot, session, Phase.PAUSED, session.pause)
    held = len(session.run_history.reports)
    with qtbot.waitSignals([session.run_progressed] * 2, timeout=TIMEOUT_MS):
        pass  # the age of the checkpoint goes on while the run does not
    assert len(session.run_history.reports) == held
    with qtbot.waitSignal(session.run_history.steps_reported, timeout=TIMEOUT_MS):
        session.resume()
    wait_for_phase(qtbot, session, Phase.STOPPED, session.stop)
    path, reports = session.run.path, list(session.run_history.reports)
    assert path is not None
    assert session.run.resumable
    assert session.run.step == reports[-1].step == len(reports)

    session.new_run()
    assert session.run_history.metadata is None
    with qtbot.waitSignal(session.run_history.poster_changed, timeout=TIMEOUT_MS):
        window.open_path(path)
    assert list(session.run_history.reports) == reports
    assert session.run.phase is Phase.STOPPED
    assert session.run.resumable
    assert window.page == "run"
    poster = session.run_history.poster
    assert poster is not None
    assert poster.step == len(reports)

    with qtbot.waitSignal(session.run_history.steps_reported, timeout=TIMEOUT_MS):
        session.resume()
    wait_for_phase(qtbot, session, Phase.STOPPED, session.stop)
    page = window.page_widget("run")
    assert isinstance(page, RunPage)
    page._redraw_scheduler.flush()
    steps = [row[0] for row in page.loss.table().rows]
    assert steps == list(range(1, len(steps) + 1))
    assert len(steps) > len(reports)
    logged = read_events(RunDirectory(path).events_path)
    assert list(session.run_history.reports) == events_of_type(logged, StepReport)
    assert [end.kind for end in events_of_type(logged, Terminal)] == ["stopped", "stopped"]


def test_closing_during_a_run_saves_and_stops_it(qtbot: QtBot, window: MainWindow, session: Session) -> None:
    session.edit({"outer.steps": 400, "evaluation.every": 400}, "Longer")
    with qtbot.waitSignal(session.run_history.steps_reported, timeout=TIMEOUT_MS):
        window.start()

    def press_stop() -> None:
        question = window.closing.question
        assert question is not None
        accept = QMessageBox.ButtonRole.AcceptRole
        next(button for button in question.buttons() if question.buttonRole(button) == accept).click()

    QTimer.singleShot(0, window, press_stop)
    with qtbot.waitSignal(window.closed, timeout=TIMEOUT_MS):
        window.close()
    assert session.run.phase is Phase.STOPPED
    assert session.run.path is not None
    assert RunDirectory(session.run.path).checkpoint_path.is_file()
    assert not window.isVisible()


def test_class_order_is_found_as_the_run_would(qtbot: QtBot, window: MainWindow, session: Session) -> None:
    with qtbot.waitSignal(
        session.class_order.changed,
        timeout=TIMEOUT_MS,
        check_params_cb=lambda: session.class_order.shown.cost is not None,
    ):
        session.edit({"order.source": "images", "order.refine": False}, "Source")
        session.class_order.request()
    drawn = session.class_order.shown.grid
    wait_for_phase(qtbot, session, Phase.FINISHED, window.start)
    metadata = session.run_history.metadata
    assert metadata is not None
    assert metadata.config.order.grid == drawn
