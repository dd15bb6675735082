"""Letters from the engine thread to the window: nothing is lost but older posters and figures."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["started", "reported", "evaluated", "snapshot", "noticed", "figures", "paused", "resumed"]

MILESTONES = frozenset({"started", "evaluated", "paused", "resumed"})
"""Letters that keep their place: nothing sent before one is delivered after it."""


@dataclass
class Letter:
    """One thing to tell; the content of ``reported`` is a list that grows until delivery."""

    kind: Kind
    content: Any = None


class Mailbox:
    """Filled on one thread, emptied on another.

    Reports between two milestones travel as one list; of posters and figures only the latest stays.

    Args:
        ring: tells the other thread that there is something; called once until the box was emptied.
    """

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._lock = threading.Lock()
        self._letters: list[Letter] = []
        self._rung = False

    def holds(self, kind: Kind) -> bool:
        """Whether something of this kind has not been taken yet."""
        with self._lock:
            return self._open_letter(kind) is not None

    def put(self, kind: Kind, content: Any = None) -> None:
        """Add something, and ring if the other thread does not know yet."""
        with self._lock:
            first, self._rung = not self._rung, True
            earlier = self._open_letter(kind)
            if kind == "reported":
                if earlier is None:
                    self._letters.append(Letter(kind, [content]))
                else:
                    earlier.content.append(content)
            elif kind in ("snapshot", "figures") and earlier is not None:
                earlier.content = content
            else:
                self._letters.append(Letter(kind, content))
        if first:
            self._ring()

    def _open_letter(self, kind: Kind) -> Letter | None:
        """The letter of this kind after the last milestone."""
        for letter in reversed(self._letters):
            if letter.kind in MILESTONES:
                return None
            if letter.kind == kind:
                return letter
        return None

    def take(self) -> list[Letter]:
        """Everything in the box, in order."""
        with self._lock:
            letters, self._letters = self._letters, []
            self._rung = False
        return letters
