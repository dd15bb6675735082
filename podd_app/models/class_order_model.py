"""The class order on screen, and those it could be: asked for, answered, failed. No widgets."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from podd_app.models.class_order import ClassOrderRequest, ClassOrderResult, DisplayedClassOrder
from podd_app.models.class_order_cache import ClassOrderCache

if TYPE_CHECKING:
    from podd_app.models.session import Session


class ClassOrderModel(QObject):
    """Follows the draft of its session.

    Args:
        session: whose classes are ordered.
    """

    changed = Signal()
    """`shown` was replaced."""
    requested = Signal(object)
    """An `ClassOrderRequest` nobody has answered yet; answer with `provide` or `fail`."""
    answered = Signal()
    """A request was answered, or has failed; not only that of the order shown."""

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._cache = ClassOrderCache()
        self._shown = self._cache.order(session.draft, session.layout)

    @property
    def shown(self) -> DisplayedClassOrder:
        """The class order on screen."""
        return self._shown

    @property
    def cache(self) -> ClassOrderCache:
        """What is known about this and other class orders; ask for more with `ask`."""
        return self._cache

    def ask(self, request: ClassOrderRequest) -> None:
        """Ask for a class order, be it another than the one shown: once, and again if it failed."""
        self._cache.clear_failure_of(request)
        if self._cache.ask(request):
            self.requested.emit(request)

    def cost_of_swap(self, first: int, second: int) -> float | None:
        """How much the order's cost would change if two cells (row-major) were exchanged."""
        return self._cache.cost_of_swap(self._session.draft, self._shown, first, second)

    def provide(self, answer: ClassOrderResult) -> None:
        """Answer a `requested`; kept for when the same is asked again."""
        self._cache.answer(answer)
        self.refresh()
        self.answered.emit()

    def fail(self, request: ClassOrderRequest, message: str) -> None:
        """Say why ``request`` has no answer."""
        self._cache.fail(request, message)
        self.refresh()
        self.answered.emit()

    def retry(self) -> None:
        """Ask again for the order shown, if it failed."""
        self._cache.clear_failure(self._session.draft)
        self.refresh()

    def retry_source(self, source: str) -> None:
        """Ask anew for the order shown, if it is from ``source``, and let all others from there be asked."""
        self._cache.clear_source(source)
        self.refresh()
        self.answered.emit()

    def request(self) -> None:
        """Ask for the order shown, if nobody has yet; call once somebody listens."""
        request = self._cache.take_unrequested(self._session.draft)
        if request is not None:
            self.requested.emit(request)

    def refresh(self) -> None:
        """Follow the draft."""
        draft, layout = self._session.draft, self._session.layout
        if draft.config is None and self._shown.fits(layout.class_grid):
            return  # classes stay where they are while the settings do not fit together
        order = self._cache.order(draft, layout)
        if order != self._shown:
            self._shown = order
            self.changed.emit()
        self.request()
