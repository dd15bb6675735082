"""The class order on screen, and those it could be: asked for, answered, failed. No widgets."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from podd_app.models.class_order import ClassOrder, OrderAnswer, OrderRequest
from podd_app.models.class_order_cache import OrderBook

if TYPE_CHECKING:
    from podd_app.models.session import Session


class Orders(QObject):
    """Follows the draft of its session.

    Args:
        session: whose classes are ordered.
    """

    changed = Signal()
    """`shown` was replaced."""
    requested = Signal(object)
    """An `OrderRequest` nobody has answered yet; answer with `provide` or `fail`."""
    answered = Signal()
    """A request was answered, or has failed; not only that of the order shown."""

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._book = OrderBook()
        self._shown = self._book.order(session.draft, session.layout)

    @property
    def shown(self) -> ClassOrder:
        """The class order on screen."""
        return self._shown

    @property
    def book(self) -> OrderBook:
        """What is known about this and other class orders; ask for more with `ask`."""
        return self._book

    def ask(self, request: OrderRequest) -> None:
        """Ask for a class order, be it another than the one shown: once, and again if it failed."""
        self._book.forget_failure_of(request)
        if self._book.ask(request):
            self.requested.emit(request)

    def cost_of_swap(self, first: int, second: int) -> float | None:
        """How much the order's cost would change if two cells (row-major) were exchanged."""
        return self._book.cost_of_swap(self._session.draft, self._shown, first, second)

    def provide(self, answer: OrderAnswer) -> None:
        """Answer a `requested`; kept for when the same is asked again."""
        self._book.answer(answer)
        self.refresh()
        self.answered.emit()

    def fail(self, request: OrderRequest, message: str) -> None:
        """Say why ``request`` has no answer."""
        self._book.fail(request, message)
        self.refresh()
        self.answered.emit()

    def retry(self) -> None:
        """Ask again for the order shown, if it failed."""
        self._book.forget_failure(self._session.draft)
        self.refresh()

    def ask_source_again(self, source: str) -> None:
        """Ask anew for the order shown, if it is from ``source``, and let all others from there be asked."""
        self._book.forget_source(source)
        self.refresh()
        self.answered.emit()

    def request(self) -> None:
        """Ask for the order shown, if nobody has yet; call once somebody listens."""
        request = self._book.unasked(self._session.draft)
        if request is not None:
            self.requested.emit(request)

    def refresh(self) -> None:
        """Follow the draft."""
        draft, layout = self._session.draft, self._session.layout
        if draft.config is None and self._shown.fits(layout.class_grid):
            return  # classes stay where they are while the settings do not fit together
        order = self._book.order(draft, layout)
        if order != self._shown:
            self._shown = order
            self.changed.emit()
        self.request()
