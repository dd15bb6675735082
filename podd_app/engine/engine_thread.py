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

from podd_app.engine.event_queue import Mailbox
from podd_app.models.run_messages import Begin, RunRequest, Stretch
from podd_app.workers.progress_meter import Gauge
from podd_engine.errors import Cancelled, PoddError
from podd_engine.progress import Progress, Report
from podd_engine.runtime.events import Evaluation, Event, Notice, PosterSnapshot, StepReport, Terminal

Wanted = Literal["go", "hold", "stop"]

DELIVERY_SECONDS = 0.2
"""Least time between two deliveries: 5 a second. Each costs a run of small steps some of its speed."""

PICTURE_SHARE = 0.01
"""Most of the run's time that may go into pixels for people."""

FIGURES_SECONDS = 0.5
"""Time between two figures, and while nothing changes between two looks at the clock."""


def engine_begin(request: RunRequest, report: Report, notify: Callable[[str], None]) -> Stretch:
    """Prepare a run with the real engine; torch is loaded here, on the thread that needs it."""
    from podd_app.workers.live_run import begin

    return begin(request, report, notify)


class EngineThread(QObject):
    """Runs one run at a time; every run that was started ends in exactly one `ended`.

    Whatever is asked takes effect within one inner step, or at the next progress report while the
    run is being prepared. Signals arrive on the thread of this object, at most 5 deliveries a
    second, in the order in which things happened; posters and figures keep only the latest.

    Args:
        begin: prepares a run; tests give their own.
    """

    started = Signal(object)
    """A `RunStory`: preparation is over."""
    preparing = Signal(object)
    """A `podd_engine.progress.Progress` of the preparation."""
    reported = Signal(object)
    """A list of `StepReport`."""
    evaluated = Signal(object)
    """An `Evaluation`."""
    snapshot = Signal(object)
    """A `LivePoster`."""
    noticed = Signal(str)
    """Something worth knowing, one line."""
    figures = Signal(object)
    """`Figures` of the run."""
    paused = Signal()
    resumed = Signal()
    ended = Signal(object)
    """A `Terminal`; the thread has ended, and another run may start."""

    def __init__(self, begin: Begin = engine_begin, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._begin = begin
        self._worker: _Worker | None = None
        self._delivered_at = float("-inf")
        self._waiting = QTimer(self, singleShot=True)
        self._waiting.timeout.connect(self._deliver)

    @property
    def busy(self) -> bool:
        """Whether a run has started and not ended."""
        return self._worker is not None

    def start(self, request: RunRequest) -> None:
        """Begin a run; only while none is going on."""
        if self._worker is not None:
            raise RuntimeError("a run is going on; wait until it has ended")
        worker = _Worker(self._begin, request, self)
        worker.rang.connect(self._on_rang)
        worker.preparing.connect(self.preparing)
        worker.finished.connect(self._on_finished)
        self._worker = worker
        worker.start()

    def pause(self) -> None:
        """Hold the run; `paused` follows."""
        self._want("hold")

    def resume(self) -> None:
        """Let a held run go on; `resumed` follows."""
        self._want("go")

    def stop(self) -> None:
        """Save and end the run; `ended` follows."""
        self._want("stop")

    def close(self) -> None:
        """Stop the run and wait until its thread has ended; `ended` is emitted before this returns."""
        if self._worker is not None:
            self._worker.want("stop")
            self._worker.wait()
            self._on_finished()

    def _want(self, wanted: Wanted) -> None:
        if self._worker is not None:
            self._worker.want(wanted)

    def _on_rang(self) -> None:
        if self._worker is None:
            return  # the last letters of a run were taken when it ended
        left = self._delivered_at + DELIVERY_SECONDS - time.monotonic()
        self._waiting.start(round(1000 * max(0.0, left)))

    def _deliver(self) -> None:
        if self._worker is None:
            return
        self._delivered_at = time.monotonic()
        for letter in self._worker.mail.take():
            signal = getattr(self, letter.kind)
            if letter.kind in ("paused", "resumed"):
                signal.emit()
            else:
                signal.emit(letter.content)

    def _on_finished(self) -> None:
        worker = self._worker
        if worker is None or not worker.isFinished():
            return
        worker.wait()
        self._waiting.stop()
        self._deliver()
        self._worker = None
        worker.deleteLater()
        self.ended.emit(worker.terminal)


class _Worker(QThread):
    """One run on its thread."""

    rang = Signal()
    preparing = Signal(object)

    def __init__(self, begin: Begin, request: RunRequest, parent: QObject) -> None:
        super().__init__(parent)
        self.mail = Mailbox(self.rang.emit)
        self.terminal = Terminal("failed", 0, "the run ended without saying why; start it again")
        self._begin, self._request = begin, request
        self.step = 0
        self._wanted: Wanted = "go"
        self._changed = threading.Condition()
        self._prepared_at = float("-inf")

    def want(self, wanted: Wanted) -> None:
        """Called by the window; a wish to stop stands."""
        with self._changed:
            if self._wanted != "stop":
                self._wanted = wanted
            self._changed.notify_all()

    def run(self) -> None:
        """Prepare, drive, and keep how it ended."""
        try:
            stretch = self._begin(self._request, self._on_preparing, self._notify)
            self.mail.put("started", stretch.story)
            # A full garbage collection over all that torch and the data brought along holds every
            # thread for a tenth of a second; none of it is garbage while the run goes on.
            gc.freeze()
            try:
                self.terminal = _Drive(self, stretch).to_the_end()
            finally:
                gc.unfreeze()
        except Cancelled:
            self.terminal = Terminal("stopped", 0)
        except BaseException as error:  # noqa: BLE001 - a run ends in one terminal event, whatever the cause
            message = str(error) if isinstance(error, PoddError) else f"{type(error).__name__}: {error}"
            details = "".join(traceback.format_exception(error))
            self.terminal = Terminal("failed", self.step, " ".join(message.split()), details)

    def _on_preparing(self, progress: Progress) -> None:
        if self._wanted == "stop":
            raise Cancelled
        now = time.monotonic()
        if now - self._prepared_at >= FIGURES_SECONDS:
            self._prepared_at = now
            self.preparing.emit(progress)

    def _notify(self, text: str) -> None:
        self.mail.put("noticed", text)

    @property
    def wanted(self) -> Wanted:
        """What the window wants now."""
        return self._wanted

    def hold(self, meanwhile: Callable[[], None]) -> None:
        """Wait until the run may go on or should stop, doing ``meanwhile`` now and then."""
        while self._wanted == "hold":
            meanwhile()
            with self._changed:
                self._changed.wait_for(lambda: self._wanted != "hold", FIGURES_SECONDS)


class _Drive:
    """A stretch being driven to its terminal event."""

    def __init__(self, worker: _Worker, stretch: Stretch) -> None:
        self._worker, self._stretch, self._mail = worker, stretch, worker.mail
        self._gauge = Gauge(stretch)
        self._unpictured: PosterSnapshot | None = None
        self._next_picture = self._next_figures = float("-inf")

    def to_the_end(self) -> Terminal:
        """Every event to the window; the last one is returned."""
        events = self._stretch.events
        try:
            event = next(events)
            while not isinstance(event, Terminal):
                try:
                    self._tell(event)
                except Exception as error:  # noqa: BLE001 - the loop gets it, saves, and ends as failed
                    event = events.throw(error)
                else:
                    event = self._next(events)
        finally:
            events.close()
        self._show_poster()
        self._mail.put("figures", self._gauge.figures())
        return event

    def _next(self, events: Generator[Event, None, None]) -> Event:
        worker = self._worker
        if worker.wanted == "hold":
            self._hold()
        return events.throw(Cancelled("stopped")) if worker.wanted == "stop" else next(events)

    def _hold(self) -> None:
        self._show_poster()
        self._mail.put("paused")
        self._gauge.hold()
        self._worker.hold(self._tell_figures)
        self._gauge.go_on()
        if self._worker.wanted == "go":
            self._mail.put("resumed")

    def _tell(self, event: Event) -> None:
        self._gauge.take(event)
        match event:
            case StepReport():
                self._worker.step = event.step
                self._mail.put("reported", event)
            case Evaluation():
                self._mail.put("evaluated", event)
            case Notice(text):
                self._mail.put("noticed", text)
            case PosterSnapshot():
                self._unpictured = event
        now = time.monotonic()
        if now >= self._next_picture and not self._mail.holds("snapshot"):
            self._show_poster()
        if now >= self._next_figures:
            self._next_figures = now + FIGURES_SECONDS
            self._mail.put("figures", self._gauge.figures())

    def _tell_figures(self) -> None:
        self._mail.put("figures", self._gauge.figures())

    def _show_poster(self) -> None:
        if self._unpictured is None:
            return
        # Time of this thread alone: while others compute, a picture is long in coming, but costs no more.
        began = time.thread_time()
        self._mail.put("snapshot", self._stretch.picture(self._unpictured))
        self._unpictured = None
        self._next_picture = time.monotonic() + (time.thread_time() - began) / PICTURE_SHARE
