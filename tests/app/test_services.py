"""Services of a session: creation, maximum number of threads, and closing."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_runs import write_run
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from podd_app.engine.job import Job, JobFunction
from podd_app.engine.jobs import MOST_THREADS, JobLane, JobPool
from podd_app.models.preferences import Preferences
from podd_app.models.session import Session
from podd_app.services.services import Services
from podd_app.window.main_window import MainWindow
from podd_app.window.standard_pages import standard_pages
from podd_engine.progress import Progress, ProgressCallback
from podd_engine.runs.notes import read_notes

WAIT_MS = 60_000


def job_threads() -> int:
    return sum(thread.name == "job" for thread in threading.enumerate())


@pytest.fixture
def most_threads(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Function that returns the largest number of concurrent job threads so far."""
    counts = [0]

    def run(job: Job, work: JobFunction) -> None:
        counts.append(job_threads())
        original(job, work)

    original = Job.run
    monkeypatch.setattr(Job, "run", run)
    return lambda: max(counts)


def test_service_is_created_once_at_first_use(services: Services) -> None:
    assert services.inspection is services.inspection
    assert "snapshot_player" in vars(services)
    assert "export" not in vars(services)


def test_all_pages_share_two_threads(
    qtbot: QtBot,
    session: Session,
    window: MainWindow,
    most_threads: Callable[[], int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PODD_HOME", str(tmp_path))
    services = window.services
    started: list[JobFunction] = []
    start = JobPool.start

    def record_start(pool: JobPool, work: JobFunction, lane: JobLane, long: bool) -> Job:
        started.append(work)
        assert pool is services.pool
        return start(pool, work, lane, long)

    monkeypatch.setattr(JobPool, "start", record_start)
    for entry in standard_pages():
        window.show_page(entry.key)
    session.class_order.retry()
    services.datasets.selected.prepare()
    services.examples.open()
    services.run_library.refresh()
    qtbot.waitUntil(
        lambda: not services.pool.running and session.run_history.metadata is not None, timeout=WAIT_MS
    )
    assert len(started) > MOST_THREADS
    assert most_threads() == MOST_THREADS


def test_close_ends_the_run_and_all_background_work(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    write_run(tmp_path / "digits-001")
    services = Services(session, Preferences())
    services.start()

    def work(report: ProgressCallback) -> None:
        while True:
            report(Progress("waiting", 0, 1))

    for _ in range(MOST_THREADS):  # occupy all threads, so that the notes are not saved by a job
        services.pool.lane().start(work)
    services.run_files.save_notes(tmp_path / "digits-001", "saved")
    qtbot.waitUntil(lambda: services.pool.running == MOST_THREADS, timeout=WAIT_MS)
    services.close()
    assert not job_threads()
    assert not any(thread.isRunning() for thread in services.findChildren(QThread))
    assert read_notes(tmp_path / "digits-001") == "saved"
    assert not services.interrupted_runs._scan_timer.isActive()


def test_window_closes_its_services(qtbot: QtBot, window: MainWindow) -> None:
    window.close()
    late = window.services.pool.lane().start(lambda report: None)
    with qtbot.waitSignal(late.cancelled, timeout=WAIT_MS):
        pass
