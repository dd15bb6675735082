"""Estimate next to Start: debounced, dropped when outdated, ended by a run."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict

import pytest
from pytestqt.qtbot import QtBot

from podd_app.models.run_estimate import RunEstimate
from podd_app.models.run_status import Phase, RunStatus
from podd_app.models.session import Session
from podd_app.qt.plain_text import plain_tooltip
from podd_app.services import estimate_service
from podd_app.services.estimate_service import EstimateService
from podd_app.window.estimate_label import EstimateLabel
from podd_app.window.main_window import MainWindow
from podd_engine.estimate.cost_model import Estimate

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
        (python('print(\'{"error": "no such device"}\')'), "no such device"),
        (python("raise SystemExit(3)"), "interrupted"),
        (("/nowhere/at/all",), "interrupted"),
    ],
)
def test_failed_estimate_has_an_error_message(
    qtbot: QtBot, session: Session, service: EstimateService, command: tuple[str, ...], error: str
) -> None:
    service._command = command
    qtbot.waitUntil(lambda: bool(session.run_estimate.error), timeout=20_000)
    assert error in session.run_estimate.error


def test_estimate_is_shown_next_to_start(window: MainWindow) -> None:
    session, label = window.session, window.top_bar.estimate_label
    session.set_run_estimate(RunEstimate(estimate=ESTIMATE))
    assert label.text().replace("\u2009", " ") == "about 12 min · 1.0 GB · 40.0 MB on disk"
    assert "350 ms" in plain_tooltip(label)
    assert label.isVisible()
    session.set_run_status(RunStatus(Phase.RUNNING))
    assert not label.isVisible()


def test_missing_memory_is_shown_with_a_remedy(qtbot: QtBot, session: Session) -> None:
    label = EstimateLabel(session)
    qtbot.addWidget(label)
    short = {"peak_memory_bytes": 41 * 10**9, "advice": "lower truncation.window to 12"}
    session.set_run_estimate(RunEstimate(estimate=Estimate(**{**asdict(ESTIMATE), **short})))
    assert "lower truncation.window to 12" in label.text()
    assert label.property("role") == "trouble"
    session.set_run_estimate(RunEstimate(estimate=ESTIMATE))
    assert label.property("role") == "small"
    error = "needs 41.0 GB of memory, but 4.0 GB are free; set compute.micro_batch to 640"
    session.set_run_estimate(RunEstimate(error=error))
    assert label.text().endswith("\nset compute.micro_batch to 640")
    assert plain_tooltip(label) == error
    assert label.property("role") == "trouble"
