"""Queue that runs redraw callbacks one at a time."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

REDRAW_INTERVAL_MS = 300
"""Time between two callbacks. Each of the four plots is drawn about once a second.

Drawing blocks the GUI thread and slows down the run, so more frequent drawing is not worth its cost.
"""


class RedrawScheduler(QObject):
    """Queue of redraw callbacks in first-in, first-out order, one callback per timer tick.

    A callback that is already waiting is not added a second time.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: dict[Callable[[], None], None] = {}
        self._timer = QTimer(self, singleShot=True, interval=REDRAW_INTERVAL_MS)
        self._timer.timeout.connect(self._run_next)

    def schedule(self, draw: Callable[[], None]) -> None:
        """Add ``draw`` to the queue."""
        self._waiting[draw] = None
        if not self._timer.isActive():
            self._timer.start()

    def cancel_all(self) -> None:
        """Remove all waiting callbacks, for example when their data is gone."""
        self._waiting.clear()
        self._timer.stop()

    def flush(self) -> None:
        """Run all waiting callbacks immediately."""
        while self._waiting:
            self._run_next()

    def _run_next(self) -> None:
        draw = next(iter(self._waiting))
        del self._waiting[draw]
        if self._waiting:
            self._timer.start()
        else:
            self._timer.stop()
        draw()
