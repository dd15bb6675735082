"""Background requests of which only the latest counts."""

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
    """Every signal with its argument, and whether a job ran when the signal was emitted."""
    heard: list[tuple[object, ...]] = []

    def hear(name: str, *result: object) -> None:
        heard.append((name, *result, latest.running))

    for name in ("progressed", "succeeded", "failed", "cancelled", "ended"):
        getattr(latest, name).connect(partial(hear, name))
    return heard


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
        raise RunError("it is gone")

    latest.start(work)
    wait_for_end(qtbot, latest)
    (_, trouble, _), end = signals
    assert [signal[0] for signal in signals] == ["failed", "ended"]
    assert trouble.what == "it is gone"
    assert end == ("ended", False)


def test_cancellation(qtbot: QtBot, latest: LatestJob, signals: list[tuple[object, ...]]) -> None:
    began, go_on = threading.Event(), threading.Event()

    def work(report: ProgressCallback) -> None:
        began.set()
        go_on.wait(10)
        report(Progress("reading", 1, 2))

    latest.start(work)
    qtbot.waitUntil(began.is_set, timeout=WAIT_MS)
    latest.cancel()
    assert latest.running
    assert latest.cancelling
    go_on.set()
    wait_for_end(qtbot, latest)
    assert not latest.cancelling
    assert signals == [("cancelled", False), ("ended", False)]


def waiting(began: threading.Event, go_on: threading.Event, report: ProgressCallback) -> str:
    """Return without a report, so that cancelling has no effect on the work."""
    began.set()
    go_on.wait(10)
    return "old"


@pytest.mark.parametrize("drop", [False, True])
def test_the_result_of_an_older_request_is_dropped(
    qtbot: QtBot, services: Services, latest: LatestJob, signals: list[tuple[object, ...]], drop: bool
) -> None:
    began, go_on = threading.Event(), threading.Event()
    latest.start(partial(waiting, began, go_on))
    qtbot.waitUntil(began.is_set, timeout=WAIT_MS)
    if drop:
        latest.drop()
        assert not latest.running
    else:
        latest.start(lambda report: "new")
        wait_for_end(qtbot, latest)
    go_on.set()
    qtbot.waitUntil(lambda: not services.pool.running, timeout=WAIT_MS)
    assert signals == ([] if drop else [("succeeded", "new", False), ("ended", False)])


def test_no_end_is_told_while_a_slot_has_started_another_job(
    qtbot: QtBot, latest: LatestJob, signals: list[tuple[object, ...]]
) -> None:
    def go_on(answer: str) -> None:
        if answer == "first":
            latest.start(lambda report: "second")

    latest.succeeded.connect(go_on)
    latest.start(lambda report: "first")
    wait_for_end(qtbot, latest)
    assert signals == [
        ("succeeded", "first", False),
        ("succeeded", "second", False),
        ("ended", False),
    ]


def test_a_job_outlives_the_object_that_asked(qtbot: QtBot, services: Services, latest: LatestJob) -> None:
    began, go_on = threading.Event(), threading.Event()
    latest.start(partial(waiting, began, go_on))
    qtbot.waitUntil(began.is_set, timeout=WAIT_MS)
    delete(latest)
    go_on.set()
    qtbot.waitUntil(lambda: not services.pool.running, timeout=WAIT_MS)  # a slot that fails fails the test
