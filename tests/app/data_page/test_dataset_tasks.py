"""Lengthy work: cancelled, superseded, failed, and how long it still takes."""

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
from podd_app.style.formatting import THIN_SPACE, format_count
from podd_app.widgets.task_view import progress_text
from podd_engine.progress import Progress


@pytest.fixture
def jobs(services: Services) -> JobLane:
    return services.pool.lane()


@pytest.fixture
def task(jobs: JobLane) -> BackgroundTask:
    return BackgroundTask(jobs)


def waits(begun: threading.Event, go_on: threading.Event, report: object) -> None:
    report(Progress("waiting", 0, 4))
    begun.set()
    go_on.wait(10)
    report(Progress("waiting", 1, 4))


def test_cancel_ends_the_work_at_its_next_report(qtbot: QtBot, task: BackgroundTask) -> None:
    begun, go_on = threading.Event(), threading.Event()
    task.start("Beginning", partial(waits, begun, go_on))
    qtbot.waitUntil(begun.is_set, timeout=WAIT_MS)
    with qtbot.assertNotEmitted(task.succeeded):
        task.cancel()
        assert task.running
        assert task.cancelling
        with qtbot.waitSignal(task.changed, timeout=WAIT_MS):
            go_on.set()
        qtbot.waitUntil(lambda: not task.running, timeout=WAIT_MS)
    assert task.was_cancelled
    assert task.error is None


def test_no_thread_stays_behind_a_job(qtbot: QtBot, jobs: JobLane) -> None:
    job = jobs.start(lambda report: threading.get_native_id())
    with qtbot.waitSignal(job.succeeded, timeout=WAIT_MS) as answer:
        pass
    (thread,) = answer.args
    qtbot.waitUntil(lambda: thread not in {each.id for each in psutil.Process().threads()}, timeout=10_000)


def answers_late(begun: threading.Event, go_on: threading.Event, report: object) -> str:
    begun.set()
    go_on.wait(10)
    return "first"


def test_the_answer_to_an_older_question_is_dropped(
    qtbot: QtBot, services: Services, task: BackgroundTask
) -> None:
    answers: list[object] = []
    task.succeeded.connect(answers.append)
    begun, go_on = threading.Event(), threading.Event()
    task.start("First", partial(answers_late, begun, go_on))
    first = services.pool.findChild(Job)
    qtbot.waitUntil(begun.is_set, timeout=WAIT_MS)
    with qtbot.waitSignal(task.succeeded, timeout=WAIT_MS):
        task.start("Second", lambda report: "second")
    with qtbot.waitSignals([first.succeeded, first.ended], timeout=WAIT_MS):
        go_on.set()
    assert answers == ["second"]


def test_what_fails_is_kept_with_its_details(qtbot: QtBot, task: BackgroundTask) -> None:
    def fail(report: object) -> None:
        raise MemoryError("no room")

    with qtbot.waitSignal(task.failed, timeout=WAIT_MS) as failed:
        task.start("Failing", fail)
    assert isinstance(task.error, ErrorReport)
    assert failed.args == [task.error]
    assert task.error.what == "MemoryError: no room"
    assert "in fail" in task.error.details


def test_time_left_counts_from_where_a_stage_began() -> None:
    now = [100.0]
    left = TimeLeftEstimator(lambda: now[0])
    left.take(Progress("downloading", 600, 1000))  # goes on where an earlier download broke off
    assert left.seconds is None
    now[0] += 10
    left.take(Progress("downloading", 700, 1000))
    assert left.seconds == pytest.approx(30)
    left.take(Progress("unpacking", 0, 50))
    assert left.seconds is None


def test_amounts_are_counts_or_bytes() -> None:
    assert (
        progress_text(Progress("reading", 12_800, 60_000))
        == f"{format_count(12_800)} of {format_count(60_000)}"
    )
    assert (
        progress_text(Progress("downloading", 34_000_000, 170_000_000))
        == f"34.0{THIN_SPACE}MB of 170{THIN_SPACE}MB"
    )
    assert progress_text(Progress("whitening", 0, 1)) == ""
