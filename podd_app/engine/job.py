"""Background work other than runs, such as reading datasets, ordering classes and exporting.

A job calls a function of `podd_app.workers` with a `ProgressCallback`. The job reports the result or the
error of the function with a signal on the GUI thread.
"""

import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from podd_app.models.run_status import ErrorReport
from podd_engine.errors import CancelledError
from podd_engine.io.os_errors import error_text
from podd_engine.progress import Progress, ProgressCallback

JobFunction = Callable[[ProgressCallback], Any]
"""Function that reports progress and returns its result. The callback raises `CancelledError` to cancel."""

PROGRESS_INTERVAL_S = 0.04
"""Shortest time between two progress signals of the same stage."""


class Job(QObject):
    """One piece of background work. It emits exactly one of `succeeded`, `failed` and `cancelled`."""

    progressed = Signal(object)
    """A `podd_engine.progress.Progress`."""
    succeeded = Signal(object)
    """The return value of the work."""
    failed = Signal(object)
    """An `ErrorReport`."""
    cancelled = Signal()
    ended = Signal()
    """Emitted after `succeeded`, `failed` or `cancelled`."""
    cancel_requested = Signal()
    """Emitted by the first call of `cancel`."""

    # The worker thread emits only this signal. The job receives it on the GUI thread and emits the
    # public signals there. Otherwise the job could be deleted while the worker thread still emits signals.
    _outcome = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cancel = threading.Event()
        self._outcome.connect(self._on_outcome, Qt.ConnectionType.QueuedConnection)

    def cancel(self) -> None:
        """Ask the work to end. `cancelled` is emitted when the work has ended."""
        if not self._cancel.is_set():
            self._cancel.set()
            self.cancel_requested.emit()

    @property
    def is_cancelling(self) -> bool:
        """Whether `cancel` was called."""
        return self._cancel.is_set()

    def run(self, work: JobFunction) -> None:
        """Do the work on the calling thread unless the job was canceled before."""
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
        except Exception as error:  # noqa: BLE001 - the window shows any error and keeps working
            self._outcome.emit("failed", ErrorReport(error_text(error), details=_details(error)))
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


def _details(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
