"""Background tasks: cancellation, replacement, failure and the remaining time."""

import threading
from functools import partial

import psutil
import pytest
from dataset_samples import WAIT_MS
from pytestqt.qtbot import QtBot

from podd_app.engine.job import Job
from podd_app.engine.jobs import JobLane
from podd_app.engine.task import BackgroundTask, TimeLeftEstimator
from podd_app.models.run_status import ErrorReport
from podd_app.services.services import Services
from podd_app.style.formatting import format_bytes, format_count
from podd_app.widgets.task_view import progress_text
from podd_engine.progress import Progress


@pytest.fixture
def jobs(services: Services) -> JobLane:
    return services.pool.lane()


@pytest.fixture
def task(jobs: JobLane) -> BackgroundTask:
    return BackgroundTask(jobs)


def wait_for_event(started: threading.Event, proceed: threading.Event, report: object) -> None:
    report(Progress("waiting", 0, 4))
    started.set()
    proceed.wait(10)
    report(Progress("waiting", 1, 4))


def test_cancel_ends_the_task_at_its_next_report(qtbot: QtBot, task: BackgroundTask) -> None:
    started, proceed = threading.Event(), threading.Event()
    task.start("Beginning", partial(wait_for_event, started, proceed))
    qtbot.waitUntil(started.is_set, timeout=WAIT_MS)
    with qtbot.assertNotEmitted(task.succeeded):
        task.cancel()
        assert task.running
        assert task.cancelling
        with qtbot.waitSignal(task.changed, timeout=WAIT_MS):
            proceed.set()
        qtbot.waitUntil(lambda: not task.running, timeout=WAIT_MS)
    assert task.was_cancelled
    assert task.error is None


def test_the_thread_of_a_job_ends(qtbot: QtBot, jobs: JobLane) -> None:
    job = jobs.start(lambda report: threading.get_native_id())
    with qtbot.waitSignal(job.succeeded, timeout=WAIT_MS) as answer:
        pass
    (thread,) = answer.args
    qtbot.waitUntil(lambda: thread not in {each.id for each in psutil.Process().threads()}, timeout=10_000)


def answer_after_event(started: threading.Event, proceed: threading.Event, report: object) -> str:
    started.set()
    proceed.wait(10)
    return "first"


def test_the_result_of_a_replaced_task_is_dropped(
    qtbot: QtBot, services: Services, task: BackgroundTask
) -> None:
    answers: list[object] = []
    task.succeeded.connect(answers.append)
    started, proceed = threading.Event(), threading.Event()
    task.start("First", partial(answer_after_event, started, proceed))
    first = services.pool.findChild(Job)
    qtbot.waitUntil(started.is_set, timeout=WAIT_MS)
    with qtbot.waitSignal(task.succeeded, timeout=WAIT_MS):
        task.start("Second", lambda report: "second")
    with qtbot.waitSignals([first.succeeded, first.ended], timeout=WAIT_MS):
        proceed.set()
    assert answers == ["second"]


def test_an_error_is_stored_with_its_details(qtbot: QtBot, task: BackgroundTask) -> None:
    def fail(report: object) -> None:
        raise ArithmeticError("no result")

    with qtbot.waitSignal(task.failed, timeout=WAIT_MS) as failed:
        task.start("Failing", fail)
    assert isinstance(task.error, ErrorReport)
    assert failed.args == [task.error]
    assert task.error.what == "ArithmeticError: no result"
    assert "in fail" in task.error.details


def test_the_time_left_ignores_work_done_before_the_stage() -> None:
    now = [100.0]
    estimator = TimeLeftEstimator(lambda: now[0])
    estimator.take(Progress("downloading", 600, 1000))  # a resumed download
    assert estimator.seconds is None
    now[0] += 10
    estimator.take(Progress("downloading", 700, 1000))
    assert estimator.seconds == pytest.approx(30)
    estimator.take(Progress("unpacking", 0, 50))
    assert estimator.seconds is None


def test_progress_amounts_are_counts_or_bytes() -> None:
    assert (
        progress_text(Progress("reading", 12_800, 60_000))
        == f"{format_count(12_800)} of {format_count(60_000)}"
    )
    assert (
        progress_text(Progress("downloading", 34_000_000, 170_000_000))
        == f"{format_bytes(34_000_000)} of {format_bytes(170_000_000)}"
    )
    assert progress_text(Progress("whitening", 0, 1)) == ""
