"""Job pool: maximum number of threads, lanes, cancellation and closing."""

import threading
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from podd_app.engine.job import Job
from podd_app.engine.jobs import MOST_THREADS, JobPool
from podd_engine.progress import Progress, ProgressCallback

WAIT_MS = 20_000
REPORT_S = 0.002


class Gate:
    """Job that reports progress until the test opens the gate."""

    def __init__(self) -> None:
        self.started, self.open = threading.Event(), threading.Event()

    def work(self, report: ProgressCallback) -> str:
        self.started.set()
        while not self.open.wait(REPORT_S):
            report(Progress("waiting", 0, 1))
        return "done"


@pytest.fixture
def pool(qtbot: QtBot) -> Iterator[JobPool]:
    pool = JobPool()
    yield pool
    pool.close()


@pytest.fixture
def gates() -> Iterator[list[Gate]]:
    gates = [Gate() for _ in range(5)]
    yield gates
    for gate in gates:
        gate.open.set()


def wait_for_end(qtbot: QtBot, job: Job, act: Callable[[], object]) -> None:
    with qtbot.waitSignal(job.ended, timeout=WAIT_MS):
        act()


def wait_for_start(qtbot: QtBot, *gates: Gate) -> None:
    qtbot.waitUntil(lambda: all(gate.started.is_set() for gate in gates), timeout=WAIT_MS)


def job_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "job"]


def test_no_more_jobs_run_than_the_pool_has_threads(qtbot: QtBot, pool: JobPool, gates: list[Gate]) -> None:
    lanes = [pool.lane(), pool.lane(), pool.lane(serial=True)]
    jobs = [lanes[number % 3].start(gate.work) for number, gate in enumerate(gates)]
    wait_for_start(qtbot, *gates[:MOST_THREADS])
    assert len(job_threads()) == pool.running == MOST_THREADS == 2
    assert [gate.started.is_set() for gate in gates] == [True, True, False, False, False]
    wait_for_end(qtbot, jobs[1], gates[1].open.set)
    wait_for_start(qtbot, gates[2])
    assert len(job_threads()) == pool.running == MOST_THREADS
    with qtbot.waitSignals([jobs[0].succeeded, *(job.succeeded for job in jobs[2:])], timeout=WAIT_MS):
        for gate in gates:
            gate.open.set()
    qtbot.waitUntil(lambda: not pool.running, timeout=WAIT_MS)
    assert not job_threads()


def test_jobs_of_a_serial_lane_follow_each_other(qtbot: QtBot, pool: JobPool, gates: list[Gate]) -> None:
    lane, order = pool.lane(serial=True), []
    first = lane.start(gates[0].work)
    later = [lane.start(lambda report, number=number: order.append(number)) for number in range(3)]
    wait_for_start(qtbot, gates[0])
    # One thread is free, and another lane uses it.
    wait_for_end(qtbot, pool.lane(serial=True).start(lambda report: order.append("other")), lambda: None)
    assert order == ["other"]
    with qtbot.waitSignals([first.ended, *(job.ended for job in later)], timeout=WAIT_MS):
        gates[0].open.set()
    assert order == ["other", 0, 1, 2]


def test_long_job_leaves_a_thread_for_short_jobs(qtbot: QtBot, pool: JobPool, gates: list[Gate]) -> None:
    first = pool.lane().start(gates[0].work, long=True)
    second = pool.lane().start(gates[1].work, long=True)
    wait_for_start(qtbot, gates[0])
    wait_for_end(qtbot, pool.lane().start(lambda report: None), lambda: None)
    assert not gates[1].started.is_set()
    wait_for_end(qtbot, first, gates[0].open.set)
    wait_for_start(qtbot, gates[1])
    wait_for_end(qtbot, second, gates[1].open.set)


def test_cancelled_job_ends_at_its_next_report(qtbot: QtBot, pool: JobPool, gates: list[Gate]) -> None:
    job = pool.lane().start(gates[0].work)
    wait_for_start(qtbot, gates[0])
    with qtbot.waitSignals([job.cancelled, job.ended], order="strict", timeout=WAIT_MS):
        job.cancel()


def test_queued_job_is_cancelled_without_a_thread(qtbot: QtBot, pool: JobPool, gates: list[Gate]) -> None:
    jobs = [pool.lane().start(gate.work) for gate in gates[:3]]
    wait_for_start(qtbot, *gates[:2])
    with qtbot.waitSignal(jobs[2].cancelled, timeout=WAIT_MS):
        jobs[2].cancel()
    assert pool.running == 2
    assert not gates[2].started.is_set()
    with qtbot.waitSignals([jobs[0].ended, jobs[1].ended], timeout=WAIT_MS):
        gates[0].open.set()
        gates[1].open.set()
    assert not gates[2].started.is_set()


def test_close_cancels_all_jobs_and_joins_all_threads(qtbot: QtBot, pool: JobPool, gates: list[Gate]) -> None:
    jobs = [pool.lane().start(gate.work) for gate in gates[:3]]
    wait_for_start(qtbot, *gates[:2])
    with qtbot.waitSignals([job.cancelled for job in jobs], timeout=WAIT_MS):
        pool.close()
        assert not job_threads()
    assert not gates[2].started.is_set()
    late = pool.lane().start(gates[3].work)
    with qtbot.waitSignal(late.cancelled, timeout=WAIT_MS):
        pass
    assert not gates[3].started.is_set()
