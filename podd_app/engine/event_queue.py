"""Thread-safe queue of engine events. Posters and statistics are coalesced to the latest value."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

EventKind = Literal[
    "started", "steps_reported", "evaluated", "snapshot", "notice_received", "statistics", "paused", "resumed"
]

BARRIER_KINDS = frozenset({"started", "evaluated", "paused", "resumed"})
"""Events that keep their position: no event is merged into an event before a barrier."""


@dataclass
class QueuedEvent:
    """One event.

    Args:
        kind: name of the signal that delivers the event.
        content: argument of the signal. The content of ``steps_reported`` is a list that grows until
            the event is delivered.
    """

    kind: EventKind
    content: Any = None


class EventQueue:
    """Queue that one thread fills and another thread empties.

    Step reports between two barriers form one list. Of the posters and the statistics between two
    barriers, only the latest is kept.

    Args:
        notify: function that tells the other thread about new events. It is called once, and again
            after the queue was emptied.
    """

    def __init__(self, notify: Callable[[], None]) -> None:
        self._notify = notify
        self._lock = threading.Lock()
        self._queued_events: list[QueuedEvent] = []
        self._notified = False

    def contains(self, kind: EventKind) -> bool:
        """Return whether the queue contains an event of this kind after the last barrier."""
        with self._lock:
            return self._mergeable_event(kind) is not None

    def put(self, kind: EventKind, content: Any = None) -> None:
        """Add an event, and notify the other thread if needed.

        Args:
            kind: kind of the event.
            content: a `StepReport` for ``steps_reported``; otherwise the argument of the signal.
        """
        with self._lock:
            must_notify, self._notified = not self._notified, True
            earlier = self._mergeable_event(kind)
            if kind == "steps_reported":
                if earlier is None:
                    self._queued_events.append(QueuedEvent(kind, [content]))
                else:
                    earlier.content.append(content)
            elif kind in ("snapshot", "statistics") and earlier is not None:
                earlier.content = content
            else:
                self._queued_events.append(QueuedEvent(kind, content))
        if must_notify:
            self._notify()

    def _mergeable_event(self, kind: EventKind) -> QueuedEvent | None:
        """Return the event of this kind after the last barrier."""
        for queued_event in reversed(self._queued_events):
            if queued_event.kind in BARRIER_KINDS:
                return None
            if queued_event.kind == kind:
                return queued_event
        return None

    def take(self) -> list[QueuedEvent]:
        """Remove and return all events, in order."""
        with self._lock:
            queued_events, self._queued_events = self._queued_events, []
            self._notified = False
        return queued_events
