"""Reference cycles are collected between two events of the window's thread, and never elsewhere.

Left to itself Python collects wherever it happens to allocate. On the engine's thread that would
take apart widgets, which may only die on their own; inside the destructor of one of Qt's objects
it would delete a second one, and wait for ever for a lock that the first one holds.
"""

import gc

from PySide6.QtCore import QCoreApplication, QTimer

_INTERVAL_MS = 500
_GROWTH = 1.25
"""How many times as many old objects as were left last time make a full collection worth its time."""


def collect_between_events(app: QCoreApplication) -> None:
    """From now on collect when the event loop of ``app`` comes round; automatic collection ends."""
    gc.disable()
    GarbageCollectionTimer(app).start()


def freeze_loaded_objects() -> None:
    """Never look again through what is there now.

    To be called when torch has just been loaded: looking through its hundreds of thousands of objects,
    none of which is garbage, holds the window for a tenth of a second.
    """
    gc.freeze()


class GarbageCollectionTimer(QTimer):
    """Collects by Python's own rules for when which generation is due."""

    def __init__(self, app: QCoreApplication) -> None:
        super().__init__(app, interval=_INTERVAL_MS)
        self._old_after_collection = 0
        self.timeout.connect(self._collect_due_generation)

    def _collect_due_generation(self) -> None:
        """One collection of the oldest generation that is due."""
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
