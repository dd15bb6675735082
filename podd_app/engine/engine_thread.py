"""Runs the engine on a separate thread and delivers its events to the GUI thread.

The run loop of the engine is a generator. After each event, the thread checks whether the run should
pause or stop.
"""

import threading
import time
import traceback
from collections.abc import Callable, Generator
from typing import Literal

from PySide6.QtCore import QObject, QThread, QTimer, Signal

from podd_app.engine.event_queue import EventQueue
from podd_app.models.run_messages import PrepareRun, RunRequest, RunStream
from podd_app.qt.gc_policy import freeze_loaded_objects, release_frozen_garbage
from podd_app.workers.progress_meter import ProgressMeter
from podd_engine.errors import CancelledError
from podd_engine.io.os_errors import error_text
from podd_engine.progress import Progress, ProgressCallback
from podd_engine.runtime.events import Evaluation, Notice, PosterSnapshot, RunEvent, StepReport, Terminal

RunCommand = Literal["run", "pause", "stop"]

DELIVERY_INTERVAL_S = 0.2
"""Minimum time between two deliveries. Each delivery slows down a run with short steps."""

RENDERING_TIME_SHARE = 0.01
"""Maximum share of the run time that rendering posters may take."""

STATISTICS_INTERVAL_S = 0.5
"""Time between two statistics events, and between two reports of one stage of the preparation."""


def prepare_with_engine(
    request: RunRequest, report: ProgressCallback, notify: Callable[[str], None]
) -> RunStream:
    """Prepare a run with the real engine. Imports torch on the engine thread.

    Args:
        request: run to start or to resume.
        report: callback for progress.
        notify: callback for notices.
    """
    from podd_app.workers.live_run import prepare_live_run

    return prepare_live_run(request, report, notify)


class EngineThread(QObject):
    """Executes one run at a time. Each started run ends with exactly one `ended` signal.

    Commands take effect within one inner step, or at the next progress report while the run is being
    prepared. Signals are emitted on the thread of this object, in the order of the events, with at
    most 5 deliveries per second. Of the posters and statistics of a delivery, only the latest is
    emitted.

    Args:
        prepare_live_run: function that prepares a run. Tests replace this function.
    """

    started = Signal(object)
    """A `RunMetadata`. The preparation has finished."""
    preparing = Signal(object)
    """A `podd_engine.progress.Progress` of the preparation."""
    steps_reported = Signal(object)
    """A list of `StepReport` values."""
    evaluated = Signal(object)
    """An `Evaluation`."""
    snapshot = Signal(object)
    """A `RenderedPoster`."""
    notice_received = Signal(str)
    """A notice of the engine, one line."""
    statistics = Signal(object)
    """A `RunStatistics`."""
    paused = Signal()
    resumed = Signal()
    ended = Signal(object)
    """A `Terminal`. The thread has ended, and another run may start."""

    def __init__(
        self, prepare_live_run: PrepareRun = prepare_with_engine, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._prepare = prepare_live_run
        self._worker: _Worker | None = None
        self._delivered_at = float("-inf")
        self._delivery_timer = QTimer(self, singleShot=True)
        self._delivery_timer.timeout.connect(self._deliver)

    @property
    def busy(self) -> bool:
        """Whether a run has started and not ended."""
        return self._worker is not None

    def start(self, request: RunRequest) -> None:
        """Start or resume a run.

        Raises:
            RuntimeError: another run is in progress.
        """
        if self._worker is not None:
            raise RuntimeError("a run is in progress; wait until it has ended")
        worker = _Worker(self._prepare, request, self)
        worker.events_ready.connect(self._on_worker_events_ready)
        worker.preparing.connect(self.preparing)
        worker.finished.connect(self._on_finished)
        self._worker = worker
        worker.start()

    def pause(self) -> None:
        """Pause the run. `paused` is emitted afterwards."""
        self._set_command("pause")

    def resume(self) -> None:
        """Continue a paused run. `resumed` is emitted afterwards."""
        self._set_command("run")

    def stop(self) -> None:
        """Save and stop the run. `ended` is emitted afterwards."""
        self._set_command("stop")

    def close(self) -> None:
        """Stop the run, wait until its thread has ended, and emit `ended`."""
        if self._worker is not None:
            self._worker.set_command("stop")
            self._worker.wait()
            self._on_finished()

    def _set_command(self, command: RunCommand) -> None:
        if self._worker is not None:
            self._worker.set_command(command)

    def _on_worker_events_ready(self) -> None:
        if self._worker is None:
            return  # the last events of the run were delivered when it ended
        remaining = self._delivered_at + DELIVERY_INTERVAL_S - time.monotonic()
        self._delivery_timer.start(round(1000 * max(0.0, remaining)))

    def _deliver(self) -> None:
        if self._worker is None:
            return
        self._delivered_at = time.monotonic()
        for queued_event in self._worker.queue.take():
            signal = getattr(self, queued_event.kind)
            if queued_event.kind in ("paused", "resumed"):
                signal.emit()
            else:
                signal.emit(queued_event.content)

    def _on_finished(self) -> None:
        worker = self._worker
        if worker is None or not worker.isFinished():
            return
        worker.wait()
        self._delivery_timer.stop()
        self._deliver()
        self._worker = None
        worker.deleteLater()
        release_frozen_garbage()
        self.ended.emit(worker.terminal)


class _Worker(QThread):
    """Thread that executes one run."""

    events_ready = Signal()
    preparing = Signal(object)

    def __init__(self, prepare_live_run: PrepareRun, request: RunRequest, parent: QObject) -> None:
        super().__init__(parent)
        self.queue = EventQueue(self.events_ready.emit)
        self.terminal = Terminal("failed", 0, "the run ended without a terminal event; start the run again")
        self._prepare, self._request = prepare_live_run, request
        self.step = 0
        self._command: RunCommand = "run"
        self._command_changed = threading.Condition()
        self._prepared_stage, self._prepared_at = "", float("-inf")

    def set_command(self, command: RunCommand) -> None:
        """Set the command from the GUI thread. No command replaces ``stop``."""
        with self._command_changed:
            if self._command != "stop":
                self._command = command
            self._command_changed.notify_all()

    def run(self) -> None:
        """Prepare and execute the run, and store its terminal event."""
        try:
            run_stream = self._prepare(self._request, self._on_preparing, self._notify)
            self.queue.put("started", run_stream.metadata)
            # None of the objects of torch and the dataset become garbage during the run.
            freeze_loaded_objects()
            self.terminal = _RunLoop(self, run_stream).run_to_end()
        except CancelledError:
            self.terminal = Terminal("stopped", 0)
        except BaseException as error:  # noqa: BLE001 - any error must end the run with a terminal event
            details = "".join(traceback.format_exception(error))
            self.terminal = Terminal("failed", self.step, error_text(error), details)

    def _on_preparing(self, progress: Progress) -> None:
        if self._command == "stop":
            raise CancelledError
        now = time.monotonic()
        if progress.what != self._prepared_stage or now - self._prepared_at >= STATISTICS_INTERVAL_S:
            self._prepared_stage, self._prepared_at = progress.what, now
            self.preparing.emit(progress)

    def _notify(self, text: str) -> None:
        self.queue.put("notice_received", text)

    @property
    def command(self) -> RunCommand:
        """Latest command of the GUI thread."""
        return self._command

    def wait_while_paused(self, on_timeout: Callable[[], None]) -> None:
        """Wait until the command is not ``pause``, and call ``on_timeout`` every `STATISTICS_INTERVAL_S`."""
        while self._command == "pause":
            on_timeout()
            with self._command_changed:
                self._command_changed.wait_for(lambda: self._command != "pause", STATISTICS_INTERVAL_S)


class _RunLoop:
    """Loop over the events of a run until its terminal event."""

    def __init__(self, worker: _Worker, run_stream: RunStream) -> None:
        self._worker, self._run_stream, self._queue = worker, run_stream, worker.queue
        self._meter = ProgressMeter(run_stream)
        self._pending_snapshot: PosterSnapshot | None = None
        self._next_poster_at = self._next_statistics_at = float("-inf")

    def run_to_end(self) -> Terminal:
        """Queue all events, and return the terminal event."""
        events = self._run_stream.events
        try:
            event = next(events)
            while not isinstance(event, Terminal):
                try:
                    self._post_event(event)
                except Exception as error:  # noqa: BLE001 - the run loop saves the run and ends it as failed
                    event = events.throw(error)
                else:
                    event = self._next(events)
        finally:
            events.close()
        self._post_poster()
        self._post_statistics()
        return event

    def _next(self, events: Generator[RunEvent, None, None]) -> RunEvent:
        worker = self._worker
        if worker.command == "pause":
            self._wait_while_paused()
        return events.throw(CancelledError("stopped")) if worker.command == "stop" else next(events)

    def _wait_while_paused(self) -> None:
        self._post_poster()
        self._queue.put("paused")
        self._meter.pause()
        self._worker.wait_while_paused(self._post_statistics)
        self._meter.resume()
        if self._worker.command == "run":
            self._queue.put("resumed")

    def _post_event(self, event: RunEvent) -> None:
        self._meter.add_event(event)
        match event:
            case StepReport():
                self._worker.step = event.step
                self._queue.put("steps_reported", event)
            case Evaluation():
                self._queue.put("evaluated", event)
            case Notice(text):
                self._queue.put("notice_received", text)
            case PosterSnapshot():
                self._pending_snapshot = event
        now = time.monotonic()
        if now >= self._next_poster_at and not self._queue.contains("snapshot"):
            self._post_poster()
        if now >= self._next_statistics_at:
            self._next_statistics_at = now + STATISTICS_INTERVAL_S
            self._post_statistics()

    def _post_statistics(self) -> None:
        self._queue.put("statistics", self._meter.statistics())

    def _post_poster(self) -> None:
        if self._pending_snapshot is None:
            return
        # Measure the CPU time of this thread only. Other threads can delay the rendering, but the delay
        # does not slow down the run.
        started = time.thread_time()
        self._queue.put("snapshot", self._run_stream.render(self._pending_snapshot))
        self._pending_snapshot = None
        self._next_poster_at = time.monotonic() + (time.thread_time() - started) / RENDERING_TIME_SHARE
