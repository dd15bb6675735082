"""Engine thread: order of signals, pause and stop, and exactly one terminal event."""

import errno
import itertools
import threading
from collections.abc import Callable, Iterator

import pytest
from fake_engine import CONFIG, REQUEST, TICK, TIMEOUT_S, FakeEngine, evaluation, picture, snapshot, step
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from podd_app.engine.engine_thread import EngineThread
from podd_app.models.run_messages import RenderedPoster, RunMetadata, RunStatistics
from podd_engine.errors import DataError
from podd_engine.progress import Progress, ProgressCallback
from podd_engine.runtime.events import Notice, PosterSnapshot, Terminal

FINISHED = Terminal("finished", 3)


class SignalRecorder:
    """Records all signals of an engine thread in order."""

    def __init__(self, engine: EngineThread) -> None:
        self.all: list[tuple[str, object]] = []
        for name in (
            "started",
            "steps_reported",
            "evaluated",
            "snapshot",
            "notice_received",
            "statistics",
            "ended",
            "preparing",
        ):
            getattr(engine, name).connect(lambda content, name=name: self.all.append((name, content)))
        for name in ("paused", "resumed"):
            getattr(engine, name).connect(lambda name=name: self.all.append((name, None)))

    def of(self, name: str) -> list[object]:
        """Return the contents of all signals with this name."""
        return [content for kind, content in self.all if kind == name]

    @property
    def barriers(self) -> list[str]:
        """Names of the signals that mark the phases of a run."""
        return [kind for kind, _ in self.all if kind in ("started", "paused", "resumed", "ended")]


@pytest.fixture
def make_engine(qtbot: QtBot) -> Iterator[Callable[[FakeEngine], EngineThread]]:
    engines: list[EngineThread] = []

    def make(fake: FakeEngine) -> EngineThread:
        engines.append(EngineThread(fake.begin))
        return engines[-1]

    yield make
    for engine in engines:
        engine.close()


def test_signals_are_in_order_and_ended_is_emitted_once(
    qtbot: QtBot, make_engine: Callable[..., EngineThread]
) -> None:
    fake = FakeEngine()
    engine = make_engine(fake)
    recorder = SignalRecorder(engine)
    signals = [engine.started, engine.steps_reported, engine.evaluated, engine.snapshot, engine.ended]
    with qtbot.waitSignals(signals, order="strict"):
        engine.start(REQUEST)
        fake.feed(TICK, step(1), step(2), evaluation(2), snapshot(2), Notice("a notice"), FINISHED)
    assert [kind for kind, _ in recorder.all if kind != "statistics"].count("ended") == 1
    assert recorder.barriers == ["started", "ended"]
    assert recorder.all[-1] == ("ended", FINISHED)
    assert [report for part in recorder.of("steps_reported") for report in part] == [step(1), step(2)]  # type: ignore[attr-defined]
    assert recorder.of("evaluated") == [evaluation(2)]
    assert recorder.of("notice_received") == ["a notice"]
    (metadata,) = recorder.of("started")
    assert isinstance(metadata, RunMetadata)
    assert metadata.config is CONFIG
    assert not engine.busy


def test_paused_run_requests_no_events_until_resumed(
    qtbot: QtBot, make_engine: Callable[..., EngineThread]
) -> None:
    fake = FakeEngine()
    engine = make_engine(fake)
    recorder = SignalRecorder(engine)
    with qtbot.waitSignals([engine.started, engine.paused], order="strict"):
        engine.start(REQUEST)
        engine.pause()
        fake.feed(TICK, TICK, step(1), FINISHED)
    with qtbot.waitSignals([engine.statistics] * 3):
        pass
    assert fake.events_requested == 1
    with qtbot.waitSignals([engine.resumed, engine.steps_reported, engine.ended], order="strict"):
        engine.resume()
    assert recorder.barriers == ["started", "paused", "resumed", "ended"]
    assert fake.events_requested == 4


def test_latest_poster_is_delivered_when_a_run_pauses(
    qtbot: QtBot, make_engine: Callable[..., EngineThread]
) -> None:
    fake = FakeEngine()
    engine = make_engine(fake)
    recorder = SignalRecorder(engine)
    with qtbot.waitSignal(engine.started):
        engine.start(REQUEST)
    with qtbot.waitSignal(engine.notice_received):
        fake.feed(snapshot(0), step(1), snapshot(1), step(2), snapshot(2), Notice("last event"))
    with qtbot.waitSignal(engine.paused):
        engine.pause()
        fake.feed(TICK)
    shown = recorder.of("snapshot")[-1]
    assert isinstance(shown, RenderedPoster)
    assert shown.step == 2


def test_stop_ends_paused_run_without_resuming(
    qtbot: QtBot, make_engine: Callable[..., EngineThread]
) -> None:
    fake = FakeEngine()
    engine = make_engine(fake)
    recorder = SignalRecorder(engine)
    with qtbot.waitSignal(engine.paused):
        engine.start(REQUEST)
        engine.pause()
        fake.feed(step(1))
    with qtbot.waitSignal(engine.ended):
        engine.stop()
    assert recorder.barriers == ["started", "paused", "ended"]
    assert recorder.of("ended") == [Terminal("stopped", 1)]
    assert fake.events_requested == 1


def test_no_command_replaces_stop(qtbot: QtBot, make_engine: Callable[..., EngineThread]) -> None:
    fake = FakeEngine()
    engine = make_engine(fake)
    with qtbot.waitSignal(engine.ended) as ended:
        engine.start(REQUEST)
        engine.stop()
        engine.resume()
        engine.pause()
        fake.feed(TICK)
    assert ended.args == [Terminal("stopped", 0)]


ERRORS = [
    (RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"), "memory ran out"),
    (RuntimeError("unknown"), "RuntimeError: unknown"),
    (MemoryError(), "memory ran out"),
    (OSError(errno.ENOSPC, "No space left on device"), "the disk is full; free some space"),
    (KeyboardInterrupt(), "KeyboardInterrupt"),
    (SystemExit(3), "SystemExit"),
]


@pytest.mark.parametrize(("error", "message"), ERRORS)
@pytest.mark.parametrize("where", ["preparation", "loop"])
def test_any_exception_fails_the_run_once_and_another_run_can_start(
    qtbot: QtBot, make_engine: Callable[..., EngineThread], error: BaseException, message: str, where: str
) -> None:
    def fail(report: ProgressCallback) -> None:
        if where == "preparation" and len(fake.requests) == 1:
            raise error

    fake = FakeEngine(prepare=fail)
    engine = make_engine(fake)
    recorder = SignalRecorder(engine)
    with qtbot.waitSignal(engine.ended):
        engine.start(REQUEST)
        if where == "loop":
            fake.feed(step(1), error)
    (terminal,) = recorder.of("ended")
    assert isinstance(terminal, Terminal)
    assert terminal.kind == "failed"
    assert terminal.step == (1 if where == "loop" else 0)
    assert message in terminal.message
    assert "Traceback" in terminal.details
    with qtbot.waitSignals([engine.started, engine.ended], order="strict"):
        engine.start(REQUEST)
        fake.feed(FINISHED)
    assert recorder.of("ended")[1:] == [FINISHED]


def test_run_without_terminal_event_has_failed(
    qtbot: QtBot, make_engine: Callable[..., EngineThread]
) -> None:
    fake = FakeEngine()
    engine = make_engine(fake)
    with qtbot.waitSignal(engine.ended) as ended:
        engine.start(REQUEST)
        fake.feed(StopIteration())
    assert ended.args[0].kind == "failed"


def test_error_message_has_one_line(qtbot: QtBot, make_engine: Callable[..., EngineThread]) -> None:
    def fail(report: ProgressCallback) -> None:
        raise DataError("digits: the file is damaged;\n  download it again")

    engine = make_engine(FakeEngine(prepare=fail))
    with qtbot.waitSignal(engine.ended) as ended:
        engine.start(REQUEST)
    assert ended.args[0].message == "digits: the file is damaged; download it again"


def test_rendering_error_reaches_the_run_loop_which_saves_the_run(
    qtbot: QtBot, make_engine: Callable[..., EngineThread]
) -> None:
    def fail(snapshot: PosterSnapshot) -> RenderedPoster:
        raise MemoryError("no memory for pixels")

    fake = FakeEngine(picture=fail)
    engine = make_engine(fake)
    with qtbot.waitSignal(engine.ended) as ended:
        engine.start(REQUEST)
        fake.feed(step(1), snapshot(1))
    assert [type(error) for error in fake.raised_errors] == [MemoryError]
    assert ended.args[0].kind == "failed"
    assert ended.args[0].step == 1


def test_preparation_reports_progress_and_can_be_cancelled(
    qtbot: QtBot, make_engine: Callable[..., EngineThread]
) -> None:
    stopped = threading.Event()

    def read(report: ProgressCallback) -> None:
        report(Progress("decoding", 1, 10))
        assert stopped.wait(TIMEOUT_S)
        report(Progress("decoding", 2, 10))

    engine = make_engine(FakeEngine(prepare=read))
    recorder = SignalRecorder(engine)
    with qtbot.waitSignal(engine.preparing):
        engine.start(REQUEST)
    with qtbot.waitSignal(engine.ended):
        engine.stop()
        stopped.set()
    assert recorder.of("preparing") == [Progress("decoding", 1, 10)]
    assert recorder.barriers == ["ended"]
    assert recorder.of("ended") == [Terminal("stopped", 0)]


def test_waiting_time_of_rendering_does_not_delay_next_poster(
    qtbot: QtBot, make_engine: Callable[..., EngineThread]
) -> None:
    rendered_steps: list[int] = []

    def render_slowly_once(snapshot: PosterSnapshot) -> RenderedPoster:
        if not rendered_steps:
            threading.Event().wait(0.2)
        rendered_steps.append(snapshot.step)
        return picture(snapshot)

    fake = FakeEngine(picture=render_slowly_once)
    engine = make_engine(fake)
    engine.start(REQUEST)
    step_numbers = itertools.count(1)

    def second_poster_is_rendered() -> bool:
        number = next(step_numbers)
        fake.feed(step(number), snapshot(number))
        return len(rendered_steps) > 1

    qtbot.waitUntil(second_poster_is_rendered, timeout=5000)
    with qtbot.waitSignal(engine.ended):
        fake.feed(FINISHED)


def test_many_events_arrive_complete_in_few_deliveries(
    qtbot: QtBot, make_engine: Callable[..., EngineThread]
) -> None:
    fake = FakeEngine()
    engine = make_engine(fake)
    recorder = SignalRecorder(engine)
    with qtbot.waitSignal(engine.ended):
        engine.start(REQUEST)
        for number in range(1, 2001):
            fake.feed(step(number), snapshot(number))
        fake.feed(Terminal("finished", 2000))
    reports = recorder.of("steps_reported")
    assert [report.step for part in reports for report in part] == list(range(1, 2001))  # type: ignore[attr-defined]
    assert len(reports) < 200
    assert len(recorder.of("snapshot")) < 200
    last = recorder.of("snapshot")[-1]
    assert isinstance(last, RenderedPoster)
    assert last.step == 2000
    statistics = recorder.of("statistics")[-1]
    assert isinstance(statistics, RunStatistics)
    assert statistics.step == 2000
    assert statistics.memory_bytes == 10**9


def test_close_stops_the_run_and_waits(qtbot: QtBot, make_engine: Callable[..., EngineThread]) -> None:
    fake = FakeEngine()
    engine = make_engine(fake)
    recorder = SignalRecorder(engine)
    with qtbot.waitSignal(engine.started):
        engine.start(REQUEST)
    fake.feed(step(1), TICK)
    engine.stop()
    engine.close()
    assert not engine.busy
    assert not [thread for thread in engine.findChildren(QThread) if thread.isRunning()]
    assert recorder.barriers == ["started", "ended"]
    engine.close()
    assert recorder.barriers == ["started", "ended"]


def test_second_concurrent_run_is_refused(qtbot: QtBot, make_engine: Callable[..., EngineThread]) -> None:
    fake = FakeEngine()
    engine = make_engine(fake)
    engine.start(REQUEST)
    with pytest.raises(RuntimeError, match="in progress"):
        engine.start(REQUEST)
    with qtbot.waitSignal(engine.ended):
        fake.feed(FINISHED)
