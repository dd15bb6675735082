"""Reference cycles are collected on the window's thread alone.

Python collects garbage on whichever thread happens to allocate. A cycle that holds a widget would
then be taken apart by the engine's thread, and Qt's objects may only die on the thread they live on.
"""

import gc

from PySide6.QtCore import QObject, QTimer

_INTERVAL_MS = 500


def collect_garbage_here(owner: QObject) -> None:
    """Collect on this thread, when due, for as long as ``owner`` lives; automatic collection rests."""
    gc.disable()
    timer = QTimer(owner, interval=_INTERVAL_MS)
    timer.timeout.connect(_collect_what_is_due)
    timer.start()
    owner.destroyed.connect(lambda: gc.enable())


def _collect_what_is_due() -> None:
    """One collection of the oldest generation whose count is over Python's own threshold."""
    for generation in (2, 1, 0):
        if gc.get_count()[generation] > gc.get_threshold()[generation]:
            gc.collect(generation)
            return
