"""Closing the window, stopping and failing in any order, with a real window and a fake engine."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_engine import TICK, TIMEOUT_S, FakeEngine, snapshot, step
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from podd_app.application import create_main_window
from podd_app.engine.engine_thread import EngineThread
from podd_app.models.run_status import Phase
from podd_app.models.session import Session
from podd_app.window.main_window import MainWindow
from podd_engine.progress import Progress, ProgressCallback
from podd_engine.runtime.events import Terminal

TIMEOUT_MS = 1000 * TIMEOUT_S
DISK_FULL = "digits-001: no space left on the device; free some space"


@pytest.fixture
def fake(tmp_path: Path) -> FakeEngine:
    engine = FakeEngine()
    engine.path = tmp_path / "digits-001"
    return engine


@pytest.fixture
def window(
    qtbot: QtBot, session: Session, fake: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> MainWindow:
    """Visible window whose runs are executed by the fake engine."""
    monkeypatch.setattr(
        "podd_app.services.services.EngineThread", lambda parent: EngineThread(fake.begin, parent)
    )
    made = create_main_window(session=session)
    session.set_runs_folder(tmp_path)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def wait_for(qtbot: QtBot, window: MainWindow, phase: Phase) -> None:
    qtbot.waitUntil(lambda: window.session.run.phase is phase, timeout=TIMEOUT_MS)


def begin(qtbot: QtBot, window: MainWindow, fake: FakeEngine) -> None:
    """Start a run, and wait for its first step."""
    window.start()
    wait_for(qtbot, window, Phase.RUNNING)
    fake.path.mkdir()
    with qtbot.waitSignal(window.session.run_history.steps_reported, timeout=TIMEOUT_MS):
        fake.feed(snapshot(0), step(1))


def close_and_answer(window: MainWindow, act: Callable[[QMessageBox], object]) -> None:
    """Close the window, and call ``act`` while the question is open."""
    asked: list[QMessageBox] = []

    def answer() -> None:
        assert window.closing.question is not None
        asked.append(window.closing.question)
        act(window.closing.question)

    QTimer.singleShot(0, window, answer)
    window.close()
    assert len(asked) == 1


def press(box: QMessageBox, role: QMessageBox.ButtonRole) -> None:
    next(button for button in box.buttons() if box.buttonRole(button) == role).click()


def press_stop(box: QMessageBox) -> None:
    press(box, QMessageBox.ButtonRole.AcceptRole)


def press_keep(box: QMessageBox) -> None:
    press(box, QMessageBox.ButtonRole.RejectRole)


def until_cancelled(report: ProgressCallback) -> None:
    """Prepare a run until it is canceled."""
    for done in range(10 * TIMEOUT_S):
        report(Progress("whitening", done, 10 * TIMEOUT_S))
        threading.Event().wait(0.1)


def test_the_window_closes_when_the_run_has_stopped(
    qtbot: QtBot, window: MainWindow, fake: FakeEngine
) -> None:
    begin(qtbot, window, fake)
    close_and_answer(window, press_stop)
    assert window.isVisible()
    assert window.session.run.phase is Phase.STOPPING
    with qtbot.waitSignal(window.closed, timeout=TIMEOUT_MS):
        fake.feed(TICK)
    assert not window.isVisible()


@pytest.mark.parametrize("end", [Terminal("finished", 1), RuntimeError("CUDA out of memory")])
@pytest.mark.parametrize("answer", [press_stop, press_keep])
def test_a_run_that_ends_while_the_question_is_open_dismisses_the_question(
    qtbot: QtBot,
    window: MainWindow,
    fake: FakeEngine,
    end: Terminal | BaseException,
    answer: Callable[[QMessageBox], None],
) -> None:
    begin(qtbot, window, fake)

    def end_run(box: QMessageBox) -> None:
        fake.feed(end)
        qtbot.waitUntil(lambda: not window.session.run.phase.active, timeout=TIMEOUT_MS)
        assert not box.isVisible()

    with qtbot.assertNotEmitted(window.session.stop_requested):
        close_and_answer(window, end_run)
    assert window.isVisible()
    assert window.banner.isVisible() == isinstance(end, BaseException)
    fake.path.rmdir()
    begin(qtbot, window, fake)
    fake.feed(Terminal("finished", 1))
    wait_for(qtbot, window, Phase.FINISHED)
    assert window.isVisible(), "an earlier answer must not close the window at the end of the next run"
    with qtbot.waitSignal(window.closed):
        window.close()


def test_pressing_stop_after_the_run_has_finished_closes_the_window(
    qtbot: QtBot, window: MainWindow, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(qtbot, window, fake)

    def finish_and_press(box: QMessageBox) -> int:
        fake.feed(Terminal("finished", 1))
        wait_for(qtbot, window, Phase.FINISHED)
        press_stop(box)
        return 0

    monkeypatch.setattr(QMessageBox, "exec", finish_and_press)
    with qtbot.waitSignal(window.closed):
        window.close()


def test_a_failed_stop_keeps_the_window_open_and_shows_the_error(
    qtbot: QtBot, window: MainWindow, fake: FakeEngine
) -> None:
    begin(qtbot, window, fake)
    fake.stop_error = DISK_FULL
    close_and_answer(window, press_stop)
    fake.feed(TICK)
    wait_for(qtbot, window, Phase.FAILED)
    assert window.isVisible()
    assert window.banner.isVisible()
    assert "no space left" in window.banner.error.what
    with qtbot.waitSignal(window.closed):
        window.close()


def test_keep_running_closes_nothing_at_the_end_of_the_run(
    qtbot: QtBot, window: MainWindow, fake: FakeEngine
) -> None:
    begin(qtbot, window, fake)
    close_and_answer(window, press_keep)
    assert window.session.run.phase is Phase.RUNNING
    fake.feed(Terminal("finished", 1))
    wait_for(qtbot, window, Phase.FINISHED)
    assert window.isVisible()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_return_and_escape_keep_the_run(
    qtbot: QtBot, window: MainWindow, fake: FakeEngine, key: Qt.Key
) -> None:
    begin(qtbot, window, fake)
    close_and_answer(window, lambda box: qtbot.keyClick(box, key))
    assert window.session.run.phase is Phase.RUNNING
    window.close_without_question()
    fake.feed(TICK)
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=TIMEOUT_MS)


def test_a_second_close_asks_no_second_question(qtbot: QtBot, window: MainWindow, fake: FakeEngine) -> None:
    begin(qtbot, window, fake)

    def close_again(box: QMessageBox) -> None:
        window.close()
        assert window.closing.question is box
        press_stop(box)

    close_and_answer(window, close_again)
    window.close()  # while the run is being stopped
    assert window.closing.question is None
    with qtbot.waitSignal(window.closed, timeout=TIMEOUT_MS):
        fake.feed(TICK)


def test_closing_while_the_run_is_being_stopped_needs_no_question(
    qtbot: QtBot, window: MainWindow, fake: FakeEngine
) -> None:
    begin(qtbot, window, fake)
    window.session.stop()
    window.close()
    assert window.closing.question is None
    assert window.isVisible()
    with qtbot.waitSignal(window.closed, timeout=TIMEOUT_MS):
        fake.feed(TICK)


@pytest.mark.parametrize("error", ["", DISK_FULL])
@pytest.mark.parametrize("asks_first", [False, True])
def test_a_termination_signal_closes_the_window_in_any_state(
    qtbot: QtBot, window: MainWindow, fake: FakeEngine, error: str, asks_first: bool
) -> None:
    begin(qtbot, window, fake)
    fake.stop_error = error
    if asks_first:
        close_and_answer(window, lambda _: window.close_without_question())
    else:
        window.close_without_question()
    with qtbot.waitSignal(window.closed, timeout=TIMEOUT_MS):
        fake.feed(TICK)
    assert not window.isVisible()


def test_closing_a_paused_run_saves_it(qtbot: QtBot, window: MainWindow, fake: FakeEngine) -> None:
    begin(qtbot, window, fake)
    window.session.pause()
    fake.feed(TICK)
    wait_for(qtbot, window, Phase.PAUSED)
    texts: list[str] = []

    def note_and_stop(box: QMessageBox) -> None:
        texts.extend((box.text(), box.informativeText()))
        press_stop(box)

    with qtbot.waitSignal(window.closed, timeout=TIMEOUT_MS):
        close_and_answer(window, note_and_stop)
    assert texts[0] == "A run is paused."
    assert "at step 1" in texts[1]


# Preparation


def test_closing_during_the_preparation_promises_no_saved_run(
    qtbot: QtBot, window: MainWindow, fake: FakeEngine
) -> None:
    fake._prepare = until_cancelled
    window.start()
    qtbot.waitUntil(lambda: bool(window.session.run.preparation.stages), timeout=TIMEOUT_MS)
    texts: list[str] = []

    def note_and_stop(box: QMessageBox) -> None:
        texts.append(box.informativeText())
        assert box.defaultButton().text() == "Keep running"
        press_stop(box)

    with qtbot.waitSignal(window.closed, timeout=TIMEOUT_MS):
        close_and_answer(window, note_and_stop)
    assert texts == ["Closing cancels the preparation. No run has been saved yet."]
    assert not fake.path.exists()


def test_stopping_the_preparation_leaves_nothing_and_returns_to_the_draft(
    qtbot: QtBot, window: MainWindow, fake: FakeEngine
) -> None:
    session = window.session
    begin(qtbot, window, fake)
    fake.feed(Terminal("finished", 1))
    wait_for(qtbot, window, Phase.FINISHED)
    fake._prepare = until_cancelled
    window.show_page("settings")
    window.start()
    assert window.page == "run"
    assert not session.run_history.reports, "the plots of the previous run are cleared"
    qtbot.waitUntil(lambda: bool(session.run.preparation.stages), timeout=TIMEOUT_MS)
    run_page = window.page_widget("run")
    assert run_page.preparation.isVisible()
    assert "Whitening" in run_page.preparation.text
    assert not run_page.loss.isVisible()
    window.top_bar.stop.click()
    wait_for(qtbot, window, Phase.READY)
    assert window.page == "settings"
    assert session.run_history.metadata is None
    assert not window.top_bar.run_tab.isVisible()
    assert window.banner.isVisible()
    assert window.banner.error.what == "The run was stopped during its preparation. Nothing was saved."
    assert session.can_start


def test_a_failed_preparation_returns_to_the_draft_with_the_error(
    qtbot: QtBot, window: MainWindow, fake: FakeEngine
) -> None:
    def fail(report: ProgressCallback) -> None:
        raise MemoryError("too many images")

    fake._prepare = fail
    window.start()
    wait_for(qtbot, window, Phase.READY)
    assert window.page == "poster"
    assert "could not start" in window.banner.error.what
    assert window.banner.isVisible()


def test_stopping_the_preparation_of_a_resume_keeps_the_run(
    qtbot: QtBot, window: MainWindow, fake: FakeEngine
) -> None:
    session = window.session
    begin(qtbot, window, fake)
    session.stop()
    fake.feed(TICK)
    wait_for(qtbot, window, Phase.STOPPED)
    fake._prepare = until_cancelled
    session.resume()
    qtbot.waitUntil(lambda: bool(session.run.preparation.stages), timeout=TIMEOUT_MS)
    session.stop()
    wait_for(qtbot, window, Phase.STOPPED)
    assert session.run.resumable
    assert session.run.step == 1
    assert window.page == "run"
    assert list(session.run_history.reports) == [step(1)]
