"""Drawing one thing at a time, so that no pass of the event loop has to draw them all."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

REDRAW_INTERVAL_MS = 300
"""Between two turns, shared by all that wait: each of four plots about once a second. Drawing holds up
the run beside it."""


class RedrawScheduler(QObject):
    """Whoever asks gets a turn, in the order of asking; asking twice gives one turn."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: dict[Callable[[], None], None] = {}
        self._timer = QTimer(self, singleShot=True, interval=REDRAW_INTERVAL_MS)
        self._timer.timeout.connect(self._next)

    def schedule(self, draw: Callable[[], None]) -> None:
        """Call ``draw`` when its turn comes."""
        self._waiting[draw] = None
        if not self._timer.isActive():
            self._timer.start()

    def cancel_all(self) -> None:
        """Give nobody who waits a turn: what they would draw is gone."""
        self._waiting.clear()
        self._timer.stop()

    def flush(self) -> None:
        """Give everyone who waits a turn now."""
        while self._waiting:
            self._next()

    def _next(self) -> None:
        draw = next(iter(self._waiting))
        del self._waiting[draw]
        if self._waiting:
            self._timer.start()
        else:
            self._timer.stop()
        draw()
