"""The class order on screen, and requests for class orders. No widgets."""

from PySide6.QtCore import QObject, Signal

from podd_app.models.class_order import ClassOrderRequest, ClassOrderResult, DisplayedClassOrder
from podd_app.models.class_order_cache import ClassOrderCache
from podd_app.models.draft import Draft
from podd_engine.poster.layout import PosterLayout


class ClassOrderModel(QObject):
    """The class order of a draft.

    The order shown always fits the layout of the latest `follow`. `follow` emits nothing, so that
    the caller can first update its other values and then call `emit_changes`.

    Args:
        draft: the settings that determine the order.
        layout: geometry of the poster.
    """

    changed = Signal()
    """`shown` was replaced."""
    requested = Signal(object)
    """An `ClassOrderRequest` that needs an answer: call `provide` or `fail`."""
    answered = Signal()
    """A request was answered or has failed; `shown` may be unaffected."""

    def __init__(self, draft: Draft, layout: PosterLayout, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._draft, self._layout = draft, layout
        self._cache = ClassOrderCache()
        self._shown = self._emitted = self._cache.order(draft, layout)

    @property
    def shown(self) -> DisplayedClassOrder:
        """The class order on screen."""
        return self._shown

    @property
    def cache(self) -> ClassOrderCache:
        """All known answers and failures; request more with `ask`."""
        return self._cache

    def follow(self, draft: Draft, layout: PosterLayout) -> None:
        """Replace the draft and update `shown`, without emitting signals."""
        self._draft, self._layout = draft, layout
        # While the settings are invalid, the classes keep their places if the grid allows it.
        if draft.config is not None or not self._shown.fits(layout.class_grid):
            self._shown = self._cache.order(draft, layout)

    def emit_changes(self) -> None:
        """Emit `changed` if `shown` was replaced by a different order since the last call."""
        before, self._emitted = self._emitted, self._shown
        if self._shown != before:
            self.changed.emit()

    def request(self) -> None:
        """Request the order of the draft, unless it is known or already requested."""
        request = self._cache.take_unrequested(self._draft)
        if request is not None:
            self.requested.emit(request)

    def ask(self, request: ClassOrderRequest) -> None:
        """Request any class order, unless it is known or already requested; retry it if it failed."""
        self._cache.clear_failure_of(request)
        if self._cache.ask(request):
            self.requested.emit(request)

    def cost_of_swap(self, first: int, second: int) -> float | None:
        """Change of the order's cost if two cells (row-major) were swapped; None if unknown."""
        return self._cache.cost_of_swap(self._draft, self._shown, first, second)

    def provide(self, answer: ClassOrderResult) -> None:
        """Answer a request."""
        self._cache.answer(answer)
        self._refresh()
        self.answered.emit()

    def fail(self, request: ClassOrderRequest, message: str) -> None:
        """Report why ``request`` has no answer."""
        self._cache.fail(request, message)
        self._refresh()
        self.answered.emit()

    def retry(self) -> None:
        """Request the order of the draft again if it failed."""
        self._cache.clear_failure(self._draft)
        self._refresh()

    def retry_source(self, source: str) -> None:
        """Discard what ``source`` answered, and request the order of the draft again if it is affected."""
        self._cache.clear_source(source)
        self._refresh()
        self.answered.emit()

    def _refresh(self) -> None:
        self.follow(self._draft, self._layout)
        self.emit_changes()
        self.request()
