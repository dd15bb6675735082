"""Work off the GUI thread that is no run: reading datasets, ordering classes, exporting.

A job is a function of `podd_app.work` (these know no Qt) that gets a `ProgressCallback`; what it returns, or
how it fails, comes back as a signal on the GUI thread.
"""

import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from podd_app.models.run_status import ErrorReport
from podd_engine.errors import CancelledError, PoddError
from podd_engine.progress import Progress, ProgressCallback

JobFunction = Callable[[ProgressCallback], Any]
"""Reports progress, and returns its result; the report raises `CancelledError` when it should end."""

PROGRESS_INTERVAL_S = 0.04
"""Reports that follow faster are not passed on, unless another stage of the work begins."""


class Job(QObject):
    """One piece of work under way. Exactly one of succeeded, failed and cancelled ends it."""

    progressed = Signal(object)
    """A `podd_engine.progress.Progress`."""
    succeeded = Signal(object)
    """What the work returned."""
    failed = Signal(object)
    """A `ErrorReport`."""
    cancelled = Signal()
    ended = Signal()
    """After any of the three."""

    # The worker's last word is one signal to the job itself; what others hear is emitted on the GUI
    # thread. Else the job could be forgotten, and deleted, while the worker still tells the rest.
    _outcome = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cancel = threading.Event()
        self._outcome.connect(self._on_outcome, Qt.ConnectionType.QueuedConnection)

    def cancel(self) -> None:
        """Ask the work to end; `cancelled` follows once it has."""
        self._cancel.set()

    @property
    def is_cancelling(self) -> bool:
        """Whether it was asked to end."""
        return self._cancel.is_set()

    def run(self, work: JobFunction) -> None:
        """Do the work, unless asked to end before; called on a thread of its own."""
        stage, reported_at = "", 0.0

        def report(progress: Progress) -> None:
            nonlocal stage, reported_at
            if self._cancel.is_set():
                raise CancelledError
            now = time.monotonic()
            if progress.what != stage or now - reported_at >= PROGRESS_INTERVAL_S:
                stage, reported_at = progress.what, now
                self.progressed.emit(progress)

        if self._cancel.is_set():
            self._outcome.emit("cancelled", None)
            return
        try:
            result = work(report)
        except CancelledError:
            self._outcome.emit("cancelled", None)
        except PoddError as error:
            self._outcome.emit("failed", ErrorReport(str(error), details=_details(error)))
        except Exception as error:  # noqa: BLE001 - whatever it is, the window shows it and lives on
            self._outcome.emit(
                "failed", ErrorReport(f"{type(error).__name__}: {error}", details=_details(error))
            )
        else:
            self._outcome.emit("succeeded", result)

    def _on_outcome(self, kind: str, outcome: object) -> None:
        match kind:
            case "succeeded":
                self.succeeded.emit(outcome)
            case "failed":
                self.failed.emit(outcome)
            case _:
                self.cancelled.emit()
        self.ended.emit()


class JobRunner(QObject):
    """Runs each job on a thread of its own, a few at a time, and keeps it alive until it has ended.

    A thread that has computed with torch keeps helpers. While there are more of these than cores, those
    of a run sleep whenever they wait for each other, which costs a sixth of its speed: so no thread
    outlives its job.

    Args:
        threads: jobs at once; with 1, they follow each other in the order in which they were started.
    """

    def __init__(self, parent: QObject | None = None, threads: int = 2) -> None:
        super().__init__(parent)
        self._max_running, self._closed = threads, False
        self._queued: deque[tuple[Job, JobFunction]] = deque()
        self._running: dict[Job, threading.Thread] = {}

    def start(self, work: JobFunction) -> Job:
        """Begin ``work`` as soon as there is a place; connect to the job at once. Once closed, cancel it."""
        job = Job(self)
        job.ended.connect(lambda: self._forget(job))
        if self._closed:
            job.cancel()
            job.run(work)
        else:
            self._queued.append((job, work))
            # From the event loop: what a quick job reports must not precede the caller's connections.
            QTimer.singleShot(0, self, self._start_queued_jobs)
        return job

    def close(self) -> None:
        """Cancel all jobs, take no more, and wait until their threads have ended."""
        self._closed = True
        for job, work in self._queued:
            job.cancel()
            job.run(work)
        self._queued.clear()
        for job in self._running:
            job.cancel()
        for thread in self._running.values():
            thread.join()

    def _start_queued_jobs(self) -> None:
        while self._queued and len(self._running) < self._max_running:
            job, work = self._queued.popleft()
            thread = threading.Thread(target=job.run, args=(work,), name="job")
            self._running[job] = thread
            thread.start()

    def _forget(self, job: Job) -> None:
        thread = self._running.pop(job, None)
        if thread is not None:
            thread.join()  # it has said its last word
            self._start_queued_jobs()
        job.deleteLater()


def _details(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
