"""Background jobs of which only the latest counts."""

import threading
from functools import partial

import pytest
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from podd_app.engine.latest_job import LatestJob
from podd_app.services.services import Services
from podd_engine.errors import RunError
from podd_engine.progress import Progress, ProgressCallback

WAIT_MS = 20_000


@pytest.fixture
def latest(services: Services) -> LatestJob:
    return LatestJob(services.pool.lane())


@pytest.fixture
def signals(latest: LatestJob) -> list[tuple[object, ...]]:
    """All signals with their arguments, and whether a job was running at the time of the signal."""
    recorded: list[tuple[object, ...]] = []

    def record(name: str, *result: object) -> None:
        recorded.append((name, *result, latest.running))

    for name in ("progressed", "succeeded", "failed", "cancelled", "ended"):
        getattr(latest, name).connect(partial(record, name))
    return recorded


def wait_for_end(qtbot: QtBot, latest: LatestJob) -> None:
    with qtbot.waitSignal(latest.ended, timeout=WAIT_MS):
        pass


def test_success(qtbot: QtBot, latest: LatestJob, signals: list[tuple[object, ...]]) -> None:
    progress = Progress("reading", 1, 2)

    def work(report: ProgressCallback) -> str:
        report(progress)
        return "answer"

    latest.start(work)
    assert latest.running
    wait_for_end(qtbot, latest)
    assert signals == [("progressed", progress, True), ("succeeded", "answer", False), ("ended", False)]


def test_failure(qtbot: QtBot, latest: LatestJob, signals: list[tuple[object, ...]]) -> None:
    def work(report: ProgressCallback) -> None:
        raise RunError("the run is missing")

    latest.start(work)
    wait_for_end(qtbot, latest)
    (_, error, _), end = signals
    assert [signal[0] for signal in signals] == ["failed", "ended"]
    assert error.what == "the run is missing"
    assert end == ("ended", False)


def test_cancellation(qtbot: QtBot, latest: LatestJob, signals: list[tuple[object, ...]]) -> None:
    started, may_continue = threading.Event(), threading.Event()

    def work(report: ProgressCallback) -> None:
        started.set()
        may_continue.wait(10)
        report(Progress("reading", 1, 2))

    latest.start(work)
    qtbot.waitUntil(started.is_set, timeout=WAIT_MS)
    latest.cancel()
    assert latest.running
    assert latest.cancelling
    may_continue.set()
    wait_for_end(qtbot, latest)
    assert not latest.cancelling
    assert signals == [("cancelled", False), ("ended", False)]


def wait_without_report(
    started: threading.Event, may_continue: threading.Event, report: ProgressCallback
) -> str:
    """Wait, and return without a progress report, so that canceling has no effect on the work."""
    started.set()
    may_continue.wait(10)
    return "old"


@pytest.mark.parametrize("drop", [False, True])
def test_result_of_older_request_is_dropped(
    qtbot: QtBot, services: Services, latest: LatestJob, signals: list[tuple[object, ...]], drop: bool
) -> None:
    started, may_continue = threading.Event(), threading.Event()
    latest.start(partial(wait_without_report, started, may_continue))
    qtbot.waitUntil(started.is_set, timeout=WAIT_MS)
    if drop:
        latest.drop()
        assert not latest.running
    else:
        latest.start(lambda report: "new")
        wait_for_end(qtbot, latest)
    may_continue.set()
    qtbot.waitUntil(lambda: not services.pool.running, timeout=WAIT_MS)
    assert signals == ([] if drop else [("succeeded", "new", False), ("ended", False)])


def test_ended_is_not_emitted_after_a_slot_has_started_another_job(
    qtbot: QtBot, latest: LatestJob, signals: list[tuple[object, ...]]
) -> None:
    def start_second(result: str) -> None:
        if result == "first":
            latest.start(lambda report: "second")

    latest.succeeded.connect(start_second)
    latest.start(lambda report: "first")
    wait_for_end(qtbot, latest)
    assert signals == [
        ("succeeded", "first", False),
        ("succeeded", "second", False),
        ("ended", False),
    ]


def test_job_outlives_its_latest_job(qtbot: QtBot, services: Services, latest: LatestJob) -> None:
    started, may_continue = threading.Event(), threading.Event()
    latest.start(partial(wait_without_report, started, may_continue))
    qtbot.waitUntil(started.is_set, timeout=WAIT_MS)
    delete(latest)
    may_continue.set()
    qtbot.waitUntil(lambda: not services.pool.running, timeout=WAIT_MS)  # an error in a slot fails the test
