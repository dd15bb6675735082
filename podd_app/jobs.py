"""Work off the GUI thread that is no run: reading datasets, ordering classes, exporting.

A job is a function of `podd_app.work` (these know no Qt) that gets a `Report`; what it returns, or
how it fails, comes back as a signal on the GUI thread.
"""

import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, QTimer, Signal

from podd_app.run_status import Trouble
from podd_engine.data.dataset import Progress, Report
from podd_engine.errors import Cancelled, PoddError

Work = Callable[[Report], Any]
"""Reports progress, and returns its result; the report raises `Cancelled` when it should end."""

PROGRESS_INTERVAL_S = 0.04
"""Reports that follow faster are not passed on, unless another stage of the work begins."""


class Job(QObject):
    """One piece of work under way. Exactly one of succeeded, failed and cancelled ends it."""

    progressed = Signal(object)
    """A `podd_engine.data.dataset.Progress`."""
    succeeded = Signal(object)
    """What the work returned."""
    failed = Signal(object)
    """A `Trouble`."""
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

    def run(self, work: Work) -> None:
        """Do the work; called on a thread of the pool."""
        stage, told = "", 0.0

        def report(progress: Progress) -> None:
            nonlocal stage, told
            if self._cancel.is_set():
                raise Cancelled
            now = time.monotonic()
            if progress.what != stage or now - told >= PROGRESS_INTERVAL_S:
                stage, told = progress.what, now
                self.progressed.emit(progress)

        if self._cancel.is_set():
            self._outcome.emit("cancelled", None)
            return
        try:
            result = work(report)
        except Cancelled:
            self._outcome.emit("cancelled", None)
        except PoddError as error:
            self._outcome.emit("failed", Trouble(str(error), details=_details(error)))
        except Exception as error:  # noqa: BLE001 - whatever it is, the window shows it and lives on
            trouble = Trouble(f"{type(error).__name__}: {error}", details=_details(error))
            self._outcome.emit("failed", trouble)
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


class Jobs(QObject):
    """Runs jobs on a few threads of its own and keeps them alive until they have ended.

    Args:
        threads: jobs at once; with 1, they follow each other in the order in which they were started.
    """

    def __init__(self, parent: QObject | None = None, threads: int = 2) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)
        # A thread that has computed with torch keeps helpers of its own. While there are more of them
        # than cores, those of a run sleep whenever they wait for each other: a sixth of its speed.
        self._pool.setExpiryTimeout(0)
        self._running: set[Job] = set()

    def start(self, work: Work) -> Job:
        """Begin ``work`` as soon as a thread is free; connect to the job at once."""
        job = Job(self)
        self._running.add(job)
        job.ended.connect(lambda: self._forget(job))
        # From the event loop: what a quick job reports must not precede the caller's connections.
        QTimer.singleShot(0, job, lambda: self._pool.start(_Task(job, work)))
        return job

    def close(self) -> None:
        """Cancel all jobs and wait until their threads are free."""
        for job in self._running:
            job.cancel()
        self._pool.waitForDone()

    def _forget(self, job: Job) -> None:
        self._running.discard(job)
        job.deleteLater()


class _Task(QRunnable):
    def __init__(self, job: Job, work: Work) -> None:
        super().__init__()
        self._job, self._work = job, work

    def run(self) -> None:
        self._job.run(self._work)


def _details(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
