"""Letters from the engine thread to the window: nothing is lost but older posters and figures."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

EventKind = Literal[
    "started", "steps_reported", "evaluated", "snapshot", "notice_received", "statistics", "paused", "resumed"
]

BARRIER_KINDS = frozenset({"started", "evaluated", "paused", "resumed"})
"""Letters that keep their place: nothing sent before one is delivered after it."""


@dataclass
class QueuedEvent:
    """One thing to tell; the content of ``steps_reported`` is a list that grows until delivery."""

    kind: EventKind
    content: Any = None


class EventQueue:
    """Filled on one thread, emptied on another.

    Reports between two milestones travel as one list; of posters and figures only the latest stays.

    Args:
        ring: tells the other thread that there is something; called once until the box was emptied.
    """

    def __init__(self, notify: Callable[[], None]) -> None:
        self._notify = notify
        self._lock = threading.Lock()
        self._queued_events: list[QueuedEvent] = []
        self._notified = False

    def contains(self, kind: EventKind) -> bool:
        """Whether something of this kind has not been taken yet."""
        with self._lock:
            return self._mergeable_event(kind) is not None

    def put(self, kind: EventKind, content: Any = None) -> None:
        """Add something, and ring if the other thread does not know yet."""
        with self._lock:
            first, self._notified = not self._notified, True
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
        if first:
            self._notify()

    def _mergeable_event(self, kind: EventKind) -> QueuedEvent | None:
        """The letter of this kind after the last milestone."""
        for queued_event in reversed(self._queued_events):
            if queued_event.kind in BARRIER_KINDS:
                return None
            if queued_event.kind == kind:
                return queued_event
        return None

    def take(self) -> list[QueuedEvent]:
        """Everything in the box, in order."""
        with self._lock:
            queued_events, self._queued_events = self._queued_events, []
            self._notified = False
        return queued_events
