"""Garbage collection between two events of the GUI thread, and nowhere else.

By default, Python collects reference cycles during any allocation, on any thread. A collection on
the engine thread would destroy widgets outside the GUI thread, which Qt forbids. A collection inside
the destructor of a Qt object could destroy a second object and deadlock on a lock that the first
destructor holds.
"""

import gc

from PySide6.QtCore import QCoreApplication, QTimer

_INTERVAL_MS = 500
_GROWTH = 1.25
"""Run a full collection when the number of old objects has grown by this factor since the last one."""


def collect_between_events(app: QCoreApplication) -> None:
    """Disable automatic garbage collection, and collect from a timer in the event loop of ``app``."""
    gc.disable()
    GarbageCollectionTimer(app).start()


def freeze_loaded_objects() -> None:
    """Exclude all current objects from future collections.

    Call this function when torch has been loaded. Scanning the hundreds of thousands of objects of
    torch, none of which is garbage, blocks the window for about 0.1 s.
    """
    gc.freeze()


def release_frozen_garbage() -> None:
    """Collect the frozen objects that have become garbage, and freeze all other objects again.

    Call this function on the GUI thread after a run, whose objects were frozen at its start. Python
    cannot unfreeze only some objects.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


class GarbageCollectionTimer(QTimer):
    """Timer that collects the generations that are due by the thresholds of Python."""

    def __init__(self, app: QCoreApplication) -> None:
        super().__init__(app, interval=_INTERVAL_MS)
        self._old_after_collection = 0
        self.timeout.connect(self._collect_due_generation)

    def _collect_due_generation(self) -> None:
        """Collect the oldest generation that is due."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] <= gc.get_threshold()[generation]:
                continue
            if generation < 2 or self._has_grown:
                gc.collect(generation)
                if generation == 2:
                    self._old_after_collection = self._old_object_count
                return

    @property
    def _has_grown(self) -> bool:
        return self._old_object_count > _GROWTH * self._old_after_collection

    @property
    def _old_object_count(self) -> int:
        return len(gc.get_objects(generation=2))
