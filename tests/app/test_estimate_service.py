"""Estimate next to Start: debounced, dropped when outdated, ended by a run."""

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from podd_app.models.run_estimate import RunEstimate, Shortage
from podd_app.models.run_status import Phase, RunStatus
from podd_app.models.session import Session
from podd_app.qt.plain_text import plain_tooltip
from podd_app.services import estimate_service
from podd_app.services.estimate_service import EstimateService
from podd_app.services.shortages import disk_shortage
from podd_app.window.estimate_label import EstimateLabel
from podd_app.window.main_window import MainWindow
from podd_engine.estimate.cost_model import Estimate
from podd_engine.estimate.memory_fit import MemoryShortage

ESTIMATE = Estimate(
    outer_step_seconds=0.35,
    evaluation_seconds=12.0,
    evaluations=4,
    seconds=720.0,
    prepare_seconds=1.0,
    compile_seconds=None,
    peak_memory_bytes=10**9,
    available_bytes=4 * 10**9,
    disk_bytes=40 * 10**6,
)
RESPONSIVE = f"""
import json, sys
values = json.loads({json.dumps(asdict(ESTIMATE))!r})
values["evaluations"] = json.loads(sys.stdin.readline())["outer"]["steps"]
print(json.dumps(values))
"""
UNRESPONSIVE = "import sys, threading; sys.stdin.readline(); threading.Event().wait()"


NEEDS_SIGNALS = pytest.mark.skipif(sys.platform == "win32", reason="processes do not end by signals")


def python(program: str) -> tuple[str, ...]:
    """Return the command that runs ``program``."""
    return (sys.executable, "-c", program)


@pytest.fixture
def service(session: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[EstimateService]:
    """Service without delays. Its process returns the number of outer steps as the number of evaluations."""
    monkeypatch.setattr(estimate_service, "STARTUP_DELAY_MS", 0)
    monkeypatch.setattr(estimate_service, "DEBOUNCE_MS", 0)
    session.edit({"order.source": "index"}, "Order")
    service = EstimateService(session, command=python(RESPONSIVE))
    yield service
    service.close()


def wait_for_estimate(qtbot: QtBot, session: Session) -> Estimate:
    """Wait for the next estimate and return it."""
    qtbot.waitUntil(lambda: session.run_estimate.estimate is not None, timeout=20_000)
    assert session.run_estimate.estimate is not None
    return session.run_estimate.estimate


def test_estimate_follows_the_settings(qtbot: QtBot, session: Session, service: EstimateService) -> None:
    assert wait_for_estimate(qtbot, session).evaluations == 800
    session.edit({"outer.steps": 77}, "Steps")
    assert session.run_estimate == RunEstimate(pending=True)
    assert wait_for_estimate(qtbot, session).evaluations == 77


def test_outdated_result_is_dropped(qtbot: QtBot, session: Session, service: EstimateService) -> None:
    service._command = python(UNRESPONSIVE)
    qtbot.waitUntil(lambda: service._process is not None)
    outdated = service._process
    service._command = python(RESPONSIVE)
    session.edit({"outer.steps": 78}, "Steps")
    assert wait_for_estimate(qtbot, session).evaluations == 78
    assert service._process is not outdated


def test_earlier_estimate_is_cached(qtbot: QtBot, session: Session, service: EstimateService) -> None:
    first = wait_for_estimate(qtbot, session)
    session.edit({"outer.steps": 79}, "Steps")
    wait_for_estimate(qtbot, session)
    service._command = python(UNRESPONSIVE)
    session.undo()
    assert wait_for_estimate(qtbot, session) == first


def test_starting_a_run_ends_the_process(qtbot: QtBot, session: Session, service: EstimateService) -> None:
    service._command = python(UNRESPONSIVE)
    qtbot.waitUntil(lambda: service._process is not None)
    session.set_run_status(RunStatus(Phase.STARTING))
    assert service._process is None
    assert session.run_estimate == RunEstimate()


def test_invalid_settings_have_no_estimate(qtbot: QtBot, session: Session, service: EstimateService) -> None:
    wait_for_estimate(qtbot, session)
    session.edit({"poster.width": 5}, "Width")
    assert session.run_estimate == RunEstimate()
    assert service._process is None


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (python('print(\'{"error": "no such device"}\')'), "No such device"),
        (python("raise SystemExit(3)"), "exit code 3"),
        (python("raise ValueError('odd shape')"), "ValueError: odd shape"),
        (python("import no_such_module"), "No module named 'no_such_module'"),
        (("/nowhere/at/all",), "cannot start"),
        pytest.param(
            python("import os; os.kill(os.getpid(), 9)"), "memory ran out", marks=NEEDS_SIGNALS, id="killed"
        ),
        pytest.param(
            python("import os; os.kill(os.getpid(), 11)"), "signal 11", marks=NEEDS_SIGNALS, id="crashed"
        ),
    ],
)
def test_failed_estimate_has_an_error_message(
    qtbot: QtBot, session: Session, service: EstimateService, command: tuple[str, ...], error: str
) -> None:
    service._command = command
    qtbot.waitUntil(lambda: bool(session.run_estimate.error), timeout=20_000)
    assert error in session.run_estimate.error


def test_estimate_is_shown_next_to_start(window: MainWindow) -> None:
    session, label = window.session, window.top_bar.draft.estimate_label
    session.set_run_estimate(RunEstimate(estimate=ESTIMATE))
    assert label.text().replace("\u2009", " ") == "about 12 min · 1.0 GB · 40.0 MB on disk"
    assert "350 ms" in plain_tooltip(label)
    assert label.isVisible()
    session.set_run_status(RunStatus(Phase.RUNNING))
    window.show_page("run")
    assert not label.isVisible()


GB = 10**9


@pytest.mark.parametrize(
    ("needed", "total", "blocks", "words"),
    [
        (41 * GB, 64 * GB, False, "needs 41.0 GB of memory, but only 4.0 GB are free"),
        (878 * GB, 32 * GB, True, "needs 878.0 GB of memory, but the device has only 32.0 GB"),
        (41 * GB, 0, False, "only 4.0 GB are free"),
    ],
)
@pytest.mark.parametrize("measured", [True, False])
def test_missing_memory_names_the_setting_to_lower(
    qtbot: QtBot,
    session: Session,
    service: EstimateService,
    needed: int,
    total: int,
    blocks: bool,
    words: str,
    measured: bool,
) -> None:
    advice = "lower truncation.window to 263153"
    if measured:
        changes = {"peak_memory_bytes": needed, "total_bytes": total, "advice": advice}
        answer: dict[str, object] = {**asdict(ESTIMATE), **changes}
    else:
        shortage = MemoryShortage(needed, 4 * GB, total, advice)
        answer = {"error": "memory: too little", "shortage": asdict(shortage)}
    service._command = python(f"print({json.dumps(answer)!r})")
    qtbot.waitUntil(lambda: session.run_estimate.shortage is not None, timeout=20_000)
    found = session.run_estimate.shortage
    assert found is not None
    assert found.blocks_start == blocks
    assert words in found.sentence
    assert found.sentence.endswith("Lower ‘Window’ (Truncation) to 263,153.")
    assert session.can_start != blocks
    assert session.run_estimate.shortage is found, "a blocked start must not discard the estimate"


def test_missing_disk_space_asks_for_another_location(tmp_path: Path) -> None:
    usage = shutil.disk_usage(tmp_path)
    folder = tmp_path / "not" / "created" / "yet"
    assert disk_shortage(1, folder) is None
    short = disk_shortage(usage.free + 10**12, folder)
    assert short is not None
    assert "disk space" in short.sentence
    assert "choose another save location" in short.sentence
    blocked = disk_shortage(usage.total + 10**15, folder)
    assert blocked is not None
    assert blocked.blocks_start


def test_another_save_location_removes_the_shortage_of_disk_space(
    qtbot: QtBot,
    session: Session,
    service: EstimateService,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    full = session.runs_folder
    shortage = Shortage("The run needs 40 MB of disk space.", blocks_start=True)
    monkeypatch.setattr(
        estimate_service, "disk_shortage", lambda _bytes, folder: shortage if folder == full else None
    )
    wait_for_estimate(qtbot, session)
    assert session.run_estimate.start_blocker == shortage.sentence
    session.set_runs_folder(tmp_path)
    wait_for_estimate(qtbot, session)
    assert session.run_estimate.shortage is None
    assert session.can_start


def test_a_failed_estimate_is_repeated_when_its_settings_return(
    qtbot: QtBot, session: Session, service: EstimateService
) -> None:
    service._command = python("raise SystemExit(3)")
    qtbot.waitUntil(lambda: bool(session.run_estimate.error), timeout=20_000)
    session.edit({"outer.steps": 79}, "Steps")
    service._command = python(RESPONSIVE)
    session.undo()
    assert wait_for_estimate(qtbot, session).evaluations == 800


def test_a_shortage_is_shown_in_the_top_bar_and_the_status_line(window: MainWindow) -> None:
    session, label = window.session, window.top_bar.draft.estimate_label
    sentence = "The run needs 41.0 GB of memory, but only 4.0 GB are free. Lower ‘Window’ to 12."
    session.set_run_estimate(RunEstimate(estimate=ESTIMATE, shortage=Shortage(sentence, False)))
    assert label.text().split("\n") == [sentence[:58], sentence[59:]]
    assert plain_tooltip(label) == sentence
    assert label.property("role") == "trouble"
    assert sentence in window.status_line.text
    assert window.status_line.text.startswith("ready to start")
    assert window.top_bar.start.isEnabled()
    session.set_run_estimate(RunEstimate(estimate=ESTIMATE, shortage=Shortage(sentence, True)))
    assert window.status_line.text.startswith("not ready")
    assert not window.top_bar.start.isEnabled()
    session.set_run_estimate(RunEstimate(estimate=ESTIMATE))
    assert label.property("role") == "small"
    assert "memory" not in window.status_line.text


@pytest.mark.parametrize("role", [QMessageBox.ButtonRole.AcceptRole, QMessageBox.ButtonRole.RejectRole])
def test_start_asks_if_memory_is_short(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, role: QMessageBox.ButtonRole
) -> None:
    session = window.session
    session.start_requested.disconnect()  # no engine
    session.set_run_estimate(RunEstimate(estimate=ESTIMATE, shortage=Shortage("Too little memory.", False)))

    def press(box: QMessageBox) -> int:
        assert box.informativeText() == "Too little memory."
        assert box.buttonRole(box.defaultButton()) is QMessageBox.ButtonRole.RejectRole
        next(button for button in box.buttons() if box.buttonRole(button) is role).click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", press)
    window.start()
    starts = role is QMessageBox.ButtonRole.AcceptRole
    assert session.run.phase is (Phase.STARTING if starts else Phase.READY)


def test_a_running_estimate_says_that_start_is_possible(qtbot: QtBot, session: Session) -> None:
    now = 0.0
    label = EstimateLabel(session, lambda: now)
    qtbot.addWidget(label)
    session.set_run_estimate(RunEstimate(pending=True))
    assert label.text() == "estimating…\nYou can start now"
    now = 75.0
    label.refresh()
    assert label.text() == "estimating for 1 min…\nYou can start now"
    session.set_run_estimate(RunEstimate(estimate=ESTIMATE))
    session.set_run_estimate(RunEstimate(pending=True))
    assert label.text() == "estimating…\nYou can start now"


def test_an_ended_run_on_screen_does_not_stop_the_estimate(
    qtbot: QtBot, session: Session, service: EstimateService
) -> None:
    session.set_run_status(RunStatus(Phase.FINISHED))
    session.edit({"outer.steps": 31}, "Steps")
    assert wait_for_estimate(qtbot, session).evaluations == 31
