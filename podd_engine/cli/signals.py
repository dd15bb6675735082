"""Ctrl-C and a request to terminate: at once while nothing is at stake, gently once a run is going."""

import signal
from collections.abc import Generator
from types import FrameType, TracebackType
from typing import Self

from podd_engine.errors import Cancelled
from podd_engine.runtime.events import Event, Terminal

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """A context in which signals to stop are a request; outside it they do what they did before.

    Until `gentle` is set a signal raises `KeyboardInterrupt` on the spot; from then on it only sets
    `requested`, however often it comes, so that no state is lost.
    """

    def __init__(self) -> None:
        self.gentle = False
        self.requested = False

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._on_signal) for number in SIGNALS}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.requested = True
        if not self.gentle:
            raise KeyboardInterrupt

    def guard(self, events: Generator[Event, None, None]) -> Generator[Event, None, None]:
        """The events of a run, which is asked to stop at the first of them after a signal."""
        event = next(events)
        while not isinstance(event, Terminal):
            yield event
            event = events.throw(Cancelled("stopped")) if self.requested else next(events)
        events.close()
        yield event
