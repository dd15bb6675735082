"""Ctrl-C and a request to terminate: at once while nothing is at stake, gently once a run is going."""

import signal
from collections.abc import Generator
from types import FrameType, TracebackType
from typing import Self

from podd_engine.errors import CancelledError
from podd_engine.runtime.events import RunEvent, Terminal

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopSignalHandler:
    """A context in which signals to stop are a request; outside it they do what they did before.

    Until `graceful` is set a signal raises `KeyboardInterrupt` on the spot; from then on it only sets
    `stop_requested`, however often it comes, so that no state is lost.
    """

    def __init__(self) -> None:
        self.graceful = False
        self.stop_requested = False

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
        self.stop_requested = True
        if not self.graceful:
            raise KeyboardInterrupt

    def cancel_on_signal(self, events: Generator[RunEvent, None, None]) -> Generator[RunEvent, None, None]:
        """The events of a run, which is asked to stop at the first of them after a signal."""
        event = next(events)
        while not isinstance(event, Terminal):
            yield event
            event = events.throw(CancelledError("stopped")) if self.stop_requested else next(events)
        events.close()
        yield event
