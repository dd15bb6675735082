"""Which class order the settings amount to, from the answers that came in so far."""

from dataclasses import replace
from typing import Any

import numpy as np

from podd_app.models.class_order import (
    ClassOrder,
    Grid,
    OrderAnswer,
    OrderRequest,
    index_grid,
    source_titles,
    swapped,
)
from podd_app.models.draft import Draft
from podd_engine.class_order.placement import order_cost
from podd_engine.poster.layout import PosterLayout


class OrderBook:
    """Requests, answers and failures; knows no signals."""

    def __init__(self) -> None:
        self._answers: dict[OrderRequest, OrderAnswer] = {}
        self._failures: dict[OrderRequest, str] = {}
        self._asked: set[OrderRequest] = set()

    def unasked(self, draft: Draft) -> OrderRequest | None:
        """What has to be asked for ``draft``, once; None when there is nothing to ask."""
        if draft.config is None or draft.config.order.source == "index":
            return None
        request = OrderRequest.of(draft.config)
        return request if self.ask(request) else None

    def ask(self, request: OrderRequest) -> bool:
        """Whether ``request`` has to be asked for now: nobody has yet."""
        if request in self._answers or request in self._asked:
            return False
        self._asked.add(request)
        return True

    def answer_to(self, request: OrderRequest) -> OrderAnswer | None:
        """The answer to ``request``; None while there is none."""
        return self._answers.get(request)

    def failure_of(self, request: OrderRequest) -> str:
        """Why ``request`` has no answer; empty if nothing went wrong."""
        return self._failures.get(request, "")

    def is_asked(self, request: OrderRequest) -> bool:
        """Whether ``request`` was asked for."""
        return request in self._asked

    def answer(self, answer: OrderAnswer) -> None:
        """Keep an answer for now and for when the same is asked again."""
        # A source that has something on its own is also what it is where others may take its place.
        for request in (answer.request, replace(answer.request, alone=False)):
            self._answers[request] = replace(answer, request=request)
            self._failures.pop(request, None)

    def fail(self, request: OrderRequest, message: str) -> None:
        """Keep why there is no answer."""
        self._failures[request] = message

    def forget_failure(self, draft: Draft) -> None:
        """Let what failed for ``draft`` be asked again."""
        if draft.config is not None:
            self.forget_failure_of(OrderRequest.of(draft.config))

    def forget_failure_of(self, request: OrderRequest) -> None:
        """Let ``request`` be asked again, if it failed."""
        if self._failures.pop(request, ""):
            self._asked.discard(request)

    def forget_source(self, source: str) -> None:
        """Let everything asked of ``source`` be asked again: there may be more to it now."""
        for kept in (self._answers, self._failures):
            for request in [request for request in kept if request.source == source]:
                del kept[request]
        self._asked = {request for request in self._asked if request.source != source}

    def order(self, draft: Draft, layout: PosterLayout) -> ClassOrder:
        """The order ``draft`` amounts to; index order where nothing better is known yet."""
        values = draft.values
        source = source_titles()[values["order.source"]]
        by_hand = bool(values["order.grid"])
        if draft.config is None:
            return _stand_in(values["order.grid"], layout, source)
        config, request = draft.config, OrderRequest.of(draft.config)
        answer = self._answers.get(request)
        if answer is None:
            failure = self._failures.get(request, "")
            return ClassOrder(
                config.order.grid or index_grid(*layout.class_grid),
                source,
                pending=request.source != "index" and not failure,
                by_hand=by_hand,
                failure=failure,
            )
        return ClassOrder(
            config.order.grid or answer.grid,
            source_titles()[answer.source],
            cost=_cost(config.order.grid or answer.grid, answer),
            base_cost=_cost(answer.grid, answer),
            by_hand=by_hand,
            note=answer.note,
        )

    def cost_of_swap(self, draft: Draft, order: ClassOrder, first: int, second: int) -> float | None:
        """Change of cost if two cells (row-major) were exchanged; None while distances are unknown."""
        answer = self._answers.get(OrderRequest.of(draft.config)) if draft.config else None
        if answer is None or order.cost is None:
            return None
        after = _cost(swapped(order.grid, first, second), answer)
        return None if after is None else after - order.cost


def _stand_in(grid: Any, layout: PosterLayout, source: str) -> ClassOrder:
    """An order to draw while the settings do not fit together."""
    columns, rows = layout.class_grid
    fits = len(grid) == rows and all(len(row) == columns for row in grid)
    return ClassOrder(grid if fits else index_grid(columns, rows), source, by_hand=fits)


def _cost(grid: Grid, answer: OrderAnswer) -> float | None:
    if answer.distances is None:
        return None
    return order_cost(np.asarray(grid, dtype=np.int64), answer.distances)
