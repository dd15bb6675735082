"""The engine thread: order of signals, pause and stop, one terminal event whatever happens."""

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


class Heard:
    """Every signal of an engine thread, in order."""

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
        return [content for kind, content in self.all if kind == name]

    @property
    def milestones(self) -> list[str]:
        return [kind for kind, _ in self.all if kind in ("started", "paused", "resumed", "ended")]


@pytest.fixture
def drive(qtbot: QtBot) -> Iterator[Callable[[FakeEngine], EngineThread]]:
    made: list[EngineThread] = []

    def make(fake: FakeEngine) -> EngineThread:
        made.append(EngineThread(fake.begin))
        return made[-1]

    yield make
    for engine in made:
        engine.close()


def test_tells_everything_in_order_and_ends_once(qtbot: QtBot, drive: Callable[..., EngineThread]) -> None:
    fake = FakeEngine()
    engine = drive(fake)
    heard = Heard(engine)
    signals = [engine.started, engine.steps_reported, engine.evaluated, engine.snapshot, engine.ended]
    with qtbot.waitSignals(signals, order="strict"):
        engine.start(REQUEST)
        fake.feed(TICK, step(1), step(2), evaluation(2), snapshot(2), Notice("good to know"), FINISHED)
    assert [kind for kind, _ in heard.all if kind != "statistics"].count("ended") == 1
    assert heard.milestones == ["started", "ended"]
    assert heard.all[-1] == ("ended", FINISHED)
    assert [report for part in heard.of("steps_reported") for report in part] == [step(1), step(2)]  # type: ignore[attr-defined]
    assert heard.of("evaluated") == [evaluation(2)]
    assert heard.of("notice_received") == ["good to know"]
    (metadata,) = heard.of("started")
    assert isinstance(metadata, RunMetadata)
    assert metadata.config is CONFIG
    assert not engine.busy


def test_a_paused_run_asks_for_nothing_until_it_is_resumed(
    qtbot: QtBot, drive: Callable[..., EngineThread]
) -> None:
    fake = FakeEngine()
    engine = drive(fake)
    heard = Heard(engine)
    with qtbot.waitSignals([engine.started, engine.paused], order="strict"):
        engine.start(REQUEST)
        engine.pause()
        fake.feed(TICK, TICK, step(1), FINISHED)
    with qtbot.waitSignals([engine.statistics] * 3):
        pass
    assert fake.events_requested == 1
    with qtbot.waitSignals([engine.resumed, engine.steps_reported, engine.ended], order="strict"):
        engine.resume()
    assert heard.milestones == ["started", "paused", "resumed", "ended"]
    assert fake.events_requested == 4


def test_the_poster_is_the_latest_when_a_run_pauses(qtbot: QtBot, drive: Callable[..., EngineThread]) -> None:
    fake = FakeEngine()
    engine = drive(fake)
    heard = Heard(engine)
    with qtbot.waitSignal(engine.started):
        engine.start(REQUEST)
    with qtbot.waitSignal(engine.notice_received):
        fake.feed(snapshot(0), step(1), snapshot(1), step(2), snapshot(2), Notice("all told"))
    with qtbot.waitSignal(engine.paused):
        engine.pause()
        fake.feed(TICK)
    shown = heard.of("snapshot")[-1]
    assert isinstance(shown, RenderedPoster)
    assert shown.step == 2


def test_stop_ends_a_paused_run_without_resuming_it(qtbot: QtBot, drive: Callable[..., EngineThread]) -> None:
    fake = FakeEngine()
    engine = drive(fake)
    heard = Heard(engine)
    with qtbot.waitSignal(engine.paused):
        engine.start(REQUEST)
        engine.pause()
        fake.feed(step(1))
    with qtbot.waitSignal(engine.ended):
        engine.stop()
    assert heard.milestones == ["started", "paused", "ended"]
    assert heard.of("ended") == [Terminal("stopped", 1)]
    assert fake.events_requested == 1


def test_a_wish_to_stop_is_not_taken_back_by_resume(qtbot: QtBot, drive: Callable[..., EngineThread]) -> None:
    fake = FakeEngine()
    engine = drive(fake)
    with qtbot.waitSignal(engine.ended) as ended:
        engine.start(REQUEST)
        engine.stop()
        engine.resume()
        engine.pause()
        fake.feed(TICK)
    assert ended.args == [Terminal("stopped", 0)]


ERRORS = [
    RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"),
    MemoryError(),
    OSError(errno.ENOSPC, "No space left on device"),
    KeyboardInterrupt(),
    SystemExit(3),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("where", ["preparation", "loop"])
def test_any_exception_ends_the_run_as_failed_once_and_another_can_start(
    qtbot: QtBot, drive: Callable[..., EngineThread], error: BaseException, where: str
) -> None:
    def fail(report: ProgressCallback) -> None:
        if where == "preparation" and len(fake.requests) == 1:
            raise error

    fake = FakeEngine(prepare=fail)
    engine = drive(fake)
    heard = Heard(engine)
    with qtbot.waitSignal(engine.ended):
        engine.start(REQUEST)
        if where == "loop":
            fake.feed(step(1), error)
    (terminal,) = heard.of("ended")
    assert isinstance(terminal, Terminal)
    assert terminal.kind == "failed"
    assert terminal.step == (1 if where == "loop" else 0)
    assert type(error).__name__ in terminal.message
    assert "Traceback" in terminal.details
    with qtbot.waitSignals([engine.started, engine.ended], order="strict"):
        engine.start(REQUEST)
        fake.feed(FINISHED)
    assert heard.of("ended")[1:] == [FINISHED]


def test_a_run_that_stops_telling_has_failed(qtbot: QtBot, drive: Callable[..., EngineThread]) -> None:
    fake = FakeEngine()
    engine = drive(fake)
    with qtbot.waitSignal(engine.ended) as ended:
        engine.start(REQUEST)
        fake.feed(StopIteration())
    assert ended.args[0].kind == "failed"


def test_what_is_wrong_is_said_in_one_line(qtbot: QtBot, drive: Callable[..., EngineThread]) -> None:
    def fail(report: ProgressCallback) -> None:
        raise DataError("digits: the file is damaged;\n  get it again")

    engine = drive(FakeEngine(prepare=fail))
    with qtbot.waitSignal(engine.ended) as ended:
        engine.start(REQUEST)
    assert ended.args[0].message == "digits: the file is damaged; get it again"


def test_a_failing_picture_fails_the_run_where_it_can_save_its_state(
    qtbot: QtBot, drive: Callable[..., EngineThread]
) -> None:
    def fail(of: PosterSnapshot) -> RenderedPoster:
        raise MemoryError("no room for pixels")

    fake = FakeEngine(picture=fail)
    engine = drive(fake)
    with qtbot.waitSignal(engine.ended) as ended:
        engine.start(REQUEST)
        fake.feed(step(1), snapshot(1))
    assert [type(error) for error in fake.raised_errors] == [MemoryError]
    assert ended.args[0].kind == "failed"
    assert ended.args[0].step == 1


def test_preparation_reports_and_can_be_cancelled(qtbot: QtBot, drive: Callable[..., EngineThread]) -> None:
    stopped = threading.Event()

    def read(report: ProgressCallback) -> None:
        report(Progress("decoding", 1, 10))
        assert stopped.wait(TIMEOUT_S)
        report(Progress("decoding", 2, 10))

    engine = drive(FakeEngine(prepare=read))
    heard = Heard(engine)
    with qtbot.waitSignal(engine.preparing):
        engine.start(REQUEST)
    with qtbot.waitSignal(engine.ended):
        engine.stop()
        stopped.set()
    assert heard.of("preparing") == [Progress("decoding", 1, 10)]
    assert heard.milestones == ["ended"]
    assert heard.of("ended") == [Terminal("stopped", 0)]


def test_a_picture_that_had_to_wait_for_a_core_does_not_put_off_the_next(
    qtbot: QtBot, drive: Callable[..., EngineThread]
) -> None:
    taken: list[int] = []

    def wait_first(of: PosterSnapshot) -> RenderedPoster:
        if not taken:
            threading.Event().wait(0.2)
        taken.append(of.step)
        return picture(of)

    fake = FakeEngine(picture=wait_first)
    engine = drive(fake)
    engine.start(REQUEST)
    numbers = itertools.count(1)

    def second_came() -> bool:
        number = next(numbers)
        fake.feed(step(number), snapshot(number))
        return len(taken) > 1

    qtbot.waitUntil(second_came, timeout=5000)
    with qtbot.waitSignal(engine.ended):
        fake.feed(FINISHED)


def test_a_flood_arrives_complete_in_few_deliveries(qtbot: QtBot, drive: Callable[..., EngineThread]) -> None:
    fake = FakeEngine()
    engine = drive(fake)
    heard = Heard(engine)
    with qtbot.waitSignal(engine.ended):
        engine.start(REQUEST)
        for number in range(1, 2001):
            fake.feed(step(number), snapshot(number))
        fake.feed(Terminal("finished", 2000))
    reports = heard.of("steps_reported")
    assert [report.step for part in reports for report in part] == list(range(1, 2001))  # type: ignore[attr-defined]
    assert len(reports) < 200
    assert len(heard.of("snapshot")) < 200
    last = heard.of("snapshot")[-1]
    assert isinstance(last, RenderedPoster)
    assert last.step == 2000
    statistics = heard.of("statistics")[-1]
    assert isinstance(statistics, RunStatistics)
    assert statistics.step == 2000
    assert statistics.memory_bytes == 10**9


def test_closing_stops_the_run_and_waits(qtbot: QtBot, drive: Callable[..., EngineThread]) -> None:
    fake = FakeEngine()
    engine = drive(fake)
    heard = Heard(engine)
    with qtbot.waitSignal(engine.started):
        engine.start(REQUEST)
    fake.feed(step(1), TICK)
    engine.stop()
    engine.close()
    assert not engine.busy
    assert not [thread for thread in engine.findChildren(QThread) if thread.isRunning()]
    assert heard.milestones == ["started", "ended"]
    engine.close()
    assert heard.milestones == ["started", "ended"]


def test_two_runs_at_once_are_refused(qtbot: QtBot, drive: Callable[..., EngineThread]) -> None:
    fake = FakeEngine()
    engine = drive(fake)
    engine.start(REQUEST)
    with pytest.raises(RuntimeError, match="in progress"):
        engine.start(REQUEST)
    with qtbot.waitSignal(engine.ended):
        fake.feed(FINISHED)
