"""Handling of Ctrl-C and SIGTERM during a run."""

import signal
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from types import FrameType

from podd_engine.errors import CancelledError
from podd_engine.runtime.events import RunEvent, Terminal

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopRequest:
    """State of the stop signals of one command.

    Attributes:
        graceful: if False, a signal raises `KeyboardInterrupt` immediately. If True, a signal only sets
            ``stop_requested``, no matter how often it arrives. No state is lost.
        stop_requested: True after the first signal.
    """

    def __init__(self) -> None:
        self.graceful = False
        self.stop_requested = False

    def on_signal(self, _number: int, _frame: FrameType | None) -> None:
        """Handle a signal."""
        self.stop_requested = True
        if not self.graceful:
            raise KeyboardInterrupt

    def cancel_on_signal(self, events: Generator[RunEvent, None, None]) -> Generator[RunEvent, None, None]:
        """Yield the events of a run. After a signal, stop the run at its next event."""
        event = next(events)
        while not isinstance(event, Terminal):
            yield event
            event = events.throw(CancelledError("stopped")) if self.stop_requested else next(events)
        events.close()
        yield event


@contextmanager
def stop_signals() -> Iterator[StopRequest]:
    """Handle stop signals during the ``with`` block. Afterwards, restore the previous handlers."""
    request = StopRequest()
    previous = {number: signal.signal(number, request.on_signal) for number in SIGNALS}
    try:
        yield request
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
