"""The one adapter that drives the engine, on a thread of its own.

The engine's loop is a generator; every event it yields is a point where the run may be held or
stopped, and that is where this thread looks at what the window wants.
"""

import gc
import threading
import time
import traceback
from collections.abc import Callable, Generator
from typing import Literal

from PySide6.QtCore import QObject, QThread, QTimer, Signal

from podd_app.engine.event_queue import EventQueue
from podd_app.models.run_messages import PrepareRun, RunRequest, RunStream
from podd_app.workers.progress_meter import ProgressMeter
from podd_engine.errors import CancelledError, PoddError
from podd_engine.progress import Progress, ProgressCallback
from podd_engine.runtime.events import Evaluation, Notice, PosterSnapshot, RunEvent, StepReport, Terminal

RunCommand = Literal["go", "hold", "stop"]

DELIVERY_INTERVAL_S = 0.2
"""Least time between two deliveries: 5 a second. Each costs a run of small steps some of its speed."""

RENDERING_TIME_SHARE = 0.01
"""Most of the run's time that may go into pixels for people."""

STATISTICS_INTERVAL_S = 0.5
"""Time between two figures, and while nothing changes between two looks at the clock."""


def prepare_with_engine(
    request: RunRequest, report: ProgressCallback, notify: Callable[[str], None]
) -> RunStream:
    """Prepare a run with the real engine; torch is loaded here, on the thread that needs it."""
    from podd_app.workers.live_run import prepare_live_run

    return prepare_live_run(request, report, notify)


class EngineThread(QObject):
    """Runs one run at a time; every run that was started ends in exactly one `ended`.

    Whatever is asked takes effect within one inner step, or at the next progress report while the
    run is being prepared. Signals arrive on the thread of this object, at most 5 deliveries a
    second, in the order in which things happened; posters and figures keep only the latest.

    Args:
        begin: prepares a run; tests give their own.
    """

    started = Signal(object)
    """A `RunMetadata`: preparation is over."""
    preparing = Signal(object)
    """A `podd_engine.progress.Progress` of the preparation."""
    steps_reported = Signal(object)
    """A list of `StepReport`."""
    evaluated = Signal(object)
    """An `Evaluation`."""
    snapshot = Signal(object)
    """A `RenderedPoster`."""
    notice_received = Signal(str)
    """Something worth knowing, one line."""
    statistics = Signal(object)
    """`RunStatistics` of the run."""
    paused = Signal()
    resumed = Signal()
    ended = Signal(object)
    """A `Terminal`; the thread has ended, and another run may start."""

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
        """Begin a run; only while none is going on."""
        if self._worker is not None:
            raise RuntimeError("a run is going on; wait until it has ended")
        worker = _Worker(self._prepare, request, self)
        worker.events_ready.connect(self._on_worker_events_ready)
        worker.preparing.connect(self.preparing)
        worker.finished.connect(self._on_finished)
        self._worker = worker
        worker.start()

    def pause(self) -> None:
        """Hold the run; `paused` follows."""
        self._set_command("hold")

    def resume(self) -> None:
        """Let a held run go on; `resumed` follows."""
        self._set_command("go")

    def stop(self) -> None:
        """Save and end the run; `ended` follows."""
        self._set_command("stop")

    def close(self) -> None:
        """Stop the run and wait until its thread has ended; `ended` is emitted before this returns."""
        if self._worker is not None:
            self._worker.set_command("stop")
            self._worker.wait()
            self._on_finished()

    def _set_command(self, command: RunCommand) -> None:
        if self._worker is not None:
            self._worker.set_command(command)

    def _on_worker_events_ready(self) -> None:
        if self._worker is None:
            return  # the last letters of a run were taken when it ended
        left = self._delivered_at + DELIVERY_INTERVAL_S - time.monotonic()
        self._delivery_timer.start(round(1000 * max(0.0, left)))

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
        self.ended.emit(worker.terminal)


class _Worker(QThread):
    """One run on its thread."""

    events_ready = Signal()
    preparing = Signal(object)

    def __init__(self, prepare_live_run: PrepareRun, request: RunRequest, parent: QObject) -> None:
        super().__init__(parent)
        self.queue = EventQueue(self.events_ready.emit)
        self.terminal = Terminal("failed", 0, "the run ended without saying why; start it again")
        self._prepare, self._request = prepare_live_run, request
        self.step = 0
        self._command: RunCommand = "go"
        self._command_changed = threading.Condition()
        self._prepared_at = float("-inf")

    def set_command(self, command: RunCommand) -> None:
        """Called by the window; a wish to stop stands."""
        with self._command_changed:
            if self._command != "stop":
                self._command = command
            self._command_changed.notify_all()

    def run(self) -> None:
        """Prepare, drive, and keep how it ended."""
        try:
            run_stream = self._prepare(self._request, self._on_preparing, self._notify)
            self.queue.put("started", run_stream.metadata)
            # A full garbage collection over all that torch and the data brought along holds every
            # thread for a tenth of a second; none of it is garbage while the run goes on.
            gc.freeze()
            try:
                self.terminal = _RunLoop(self, run_stream).run_to_end()
            finally:
                gc.unfreeze()
        except CancelledError:
            self.terminal = Terminal("stopped", 0)
        except BaseException as error:  # noqa: BLE001 - a run ends in one terminal event, whatever the cause
            message = str(error) if isinstance(error, PoddError) else f"{type(error).__name__}: {error}"
            details = "".join(traceback.format_exception(error))
            self.terminal = Terminal("failed", self.step, " ".join(message.split()), details)

    def _on_preparing(self, progress: Progress) -> None:
        if self._command == "stop":
            raise CancelledError
        now = time.monotonic()
        if now - self._prepared_at >= STATISTICS_INTERVAL_S:
            self._prepared_at = now
            self.preparing.emit(progress)

    def _notify(self, text: str) -> None:
        self.queue.put("notice_received", text)

    @property
    def command(self) -> RunCommand:
        """What the window wants now."""
        return self._command

    def hold(self, meanwhile: Callable[[], None]) -> None:
        """Wait until the run may go on or should stop, doing ``meanwhile`` now and then."""
        while self._command == "hold":
            meanwhile()
            with self._command_changed:
                self._command_changed.wait_for(lambda: self._command != "hold", STATISTICS_INTERVAL_S)


class _RunLoop:
    """A stretch being driven to its terminal event."""

    def __init__(self, worker: _Worker, run_stream: RunStream) -> None:
        self._worker, self._run_stream, self._queue = worker, run_stream, worker.queue
        self._meter = ProgressMeter(run_stream)
        self._pending_snapshot: PosterSnapshot | None = None
        self._next_poster_at = self._next_statistics_at = float("-inf")

    def run_to_end(self) -> Terminal:
        """Every event to the window; the last one is returned."""
        events = self._run_stream.events
        try:
            event = next(events)
            while not isinstance(event, Terminal):
                try:
                    self._post_event(event)
                except Exception as error:  # noqa: BLE001 - the loop gets it, saves, and ends as failed
                    event = events.throw(error)
                else:
                    event = self._next(events)
        finally:
            events.close()
        self._post_poster()
        self._queue.put("statistics", self._meter.statistics())
        return event

    def _next(self, events: Generator[RunEvent, None, None]) -> RunEvent:
        worker = self._worker
        if worker.command == "hold":
            self._wait_while_paused()
        return events.throw(CancelledError("stopped")) if worker.command == "stop" else next(events)

    def _wait_while_paused(self) -> None:
        self._post_poster()
        self._queue.put("paused")
        self._meter.hold()
        self._worker.hold(self._post_statistics)
        self._meter.go_on()
        if self._worker.command == "go":
            self._queue.put("resumed")

    def _post_event(self, event: RunEvent) -> None:
        self._meter.take(event)
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
            self._queue.put("statistics", self._meter.statistics())

    def _post_statistics(self) -> None:
        self._queue.put("statistics", self._meter.statistics())

    def _post_poster(self) -> None:
        if self._pending_snapshot is None:
            return
        # Time of this thread alone: while others compute, a picture is long in coming, but costs no more.
        began = time.thread_time()
        self._queue.put("snapshot", self._run_stream.render(self._pending_snapshot))
        self._pending_snapshot = None
        self._next_poster_at = time.monotonic() + (time.thread_time() - began) / RENDERING_TIME_SHARE
