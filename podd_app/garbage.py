"""Reference cycles are collected between two events of the window's thread, and never elsewhere.

Left to itself Python collects wherever it happens to allocate. On the engine's thread that would
take apart widgets, which may only die on their own; inside the destructor of one of Qt's objects
it would delete a second one, and wait for ever for a lock that the first one holds.
"""

import gc

from PySide6.QtCore import QCoreApplication, QTimer

_INTERVAL_MS = 500


def collect_between_events(app: QCoreApplication) -> None:
    """From now on collect when the event loop of ``app`` comes round; automatic collection ends."""
    gc.disable()
    timer = QTimer(app, interval=_INTERVAL_MS)
    timer.timeout.connect(_collect_what_is_due)
    timer.start()


def _collect_what_is_due() -> None:
    """One collection of the oldest generation whose count is over Python's own threshold."""
    for generation in (2, 1, 0):
        if gc.get_count()[generation] > gc.get_threshold()[generation]:
            gc.collect(generation)
            return
