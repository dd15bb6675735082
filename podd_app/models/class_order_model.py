"""Observable class order of the edited settings, and requests for class orders. No widgets."""

from PySide6.QtCore import QObject, Signal

from podd_app.models.class_order import ClassOrderRequest, ClassOrderResult, DisplayedClassOrder
from podd_app.models.class_order_cache import ClassOrderCache
from podd_app.models.draft import Draft
from podd_engine.poster.layout import PosterLayout


class ClassOrderModel(QObject):
    """Class order of a draft.

    The displayed order always fits the layout of the latest call of `follow`. `follow` emits no
    signals, so that the caller can update its other values before it calls `emit_changes`.

    Args:
        draft: the settings that determine the order.
        layout: geometry of the poster.
    """

    changed = Signal()
    """Emitted when `shown` was replaced."""
    requested = Signal(object)
    """A `ClassOrderRequest`. The receiver calls `provide` or `fail`."""
    answered = Signal()
    """Emitted when a request has a result or has failed. `shown` may be unchanged."""

    def __init__(self, draft: Draft, layout: PosterLayout, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._draft, self._layout = draft, layout
        self._cache = ClassOrderCache()
        self._shown = self._emitted = self._cache.order(draft, layout)

    @property
    def shown(self) -> DisplayedClassOrder:
        """The displayed class order."""
        return self._shown

    @property
    def cache(self) -> ClassOrderCache:
        """All known results and failures. `ask` requests more."""
        return self._cache

    def follow(self, draft: Draft, layout: PosterLayout) -> None:
        """Replace the draft and update `shown`, without emitting signals."""
        self._draft, self._layout = draft, layout
        # While the settings are invalid, keep the displayed order if it fits the class grid.
        if draft.config is not None or not self._shown.fits(layout.class_grid):
            self._shown = self._cache.order(draft, layout)

    def emit_changes(self) -> None:
        """Emit `changed` if `shown` differs from its value at the last call."""
        before, self._emitted = self._emitted, self._shown
        if self._shown != before:
            self.changed.emit()

    def request(self) -> None:
        """Request the order of the draft unless it is known or already requested."""
        request = self._cache.take_unrequested(self._draft)
        if request is not None:
            self.requested.emit(request)

    def ask(self, request: ClassOrderRequest) -> None:
        """Request any class order unless it is known or already requested. Retry a failed request."""
        self._cache.clear_failure_of(request)
        if self._cache.ask(request):
            self.requested.emit(request)

    def cost_of_swap(self, first: int, second: int) -> float | None:
        """Return the change of the cost if two cells (row-major indices) are swapped; None if unknown."""
        return self._cache.cost_of_swap(self._draft, self._shown, first, second)

    def provide(self, result: ClassOrderResult) -> None:
        """Store the result of a request."""
        self._cache.store_result(result)
        self._refresh()
        self.answered.emit()

    def fail(self, request: ClassOrderRequest, message: str) -> None:
        """Store the error message of a request that failed."""
        self._cache.store_failure(request, message)
        self._refresh()
        self.answered.emit()

    def retry(self) -> None:
        """Request the order of the draft again if it failed."""
        self._cache.clear_failure(self._draft)
        self._refresh()

    def retry_source(self, source: str) -> None:
        """Discard all results of ``source``, and request the order of the draft again if needed."""
        self._cache.clear_source(source)
        self._refresh()
        self.answered.emit()

    def _refresh(self) -> None:
        self.follow(self._draft, self._layout)
        self.emit_changes()
        self.request()
