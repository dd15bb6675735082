"""Cache of class orders, by request."""

from dataclasses import replace
from typing import Any

import numpy as np

from podd_app.models.class_order import (
    ClassOrderRequest,
    ClassOrderResult,
    DisplayedClassOrder,
    Grid,
    index_grid,
    source_titles,
    swapped,
)
from podd_app.models.draft import Draft
from podd_engine.class_order.placement import order_cost
from podd_engine.poster.layout import PosterLayout


class ClassOrderCache:
    """Requests for class orders with their answers and failures; emits no signals."""

    def __init__(self) -> None:
        self._results: dict[ClassOrderRequest, ClassOrderResult] = {}
        self._failures: dict[ClassOrderRequest, str] = {}
        self._requested: set[ClassOrderRequest] = set()

    def take_unrequested(self, draft: Draft) -> ClassOrderRequest | None:
        """The request to make for ``draft``, marked as made; None if none is needed."""
        if draft.config is None or draft.config.order.source == "index":
            return None
        request = ClassOrderRequest.from_config(draft.config)
        return request if self.ask(request) else None

    def ask(self, request: ClassOrderRequest) -> bool:
        """Mark ``request`` as made; return False if it is answered or was made before."""
        if request in self._results or request in self._requested:
            return False
        self._requested.add(request)
        return True

    def result_of(self, request: ClassOrderRequest) -> ClassOrderResult | None:
        """The answer to ``request``; None if there is none yet."""
        return self._results.get(request)

    def failure_of(self, request: ClassOrderRequest) -> str:
        """Why ``request`` failed; empty if it did not."""
        return self._failures.get(request, "")

    def is_requested(self, request: ClassOrderRequest) -> bool:
        """Whether ``request`` was made."""
        return request in self._requested

    def answer(self, answer: ClassOrderResult) -> None:
        """Store an answer."""
        # If the source can answer alone, then the same request with a fallback has the same answer.
        for request in (answer.request, replace(answer.request, no_fallback=False)):
            self._results[request] = replace(answer, request=request)
            self._failures.pop(request, None)

    def fail(self, request: ClassOrderRequest, message: str) -> None:
        """Store why ``request`` has no answer."""
        self._failures[request] = message

    def clear_failure(self, draft: Draft) -> None:
        """Allow the request of ``draft`` to be made again if it failed."""
        if draft.config is not None:
            self.clear_failure_of(ClassOrderRequest.from_config(draft.config))

    def clear_failure_of(self, request: ClassOrderRequest) -> None:
        """Allow ``request`` to be made again if it failed."""
        if self._failures.pop(request, ""):
            self._requested.discard(request)

    def clear_source(self, source: str) -> None:
        """Discard all requests, answers and failures of ``source``, because it may answer differently now."""
        for kept in (self._results, self._failures):
            for request in [request for request in kept if request.source == source]:
                del kept[request]
        self._requested = {request for request in self._requested if request.source != source}

    def order(self, draft: Draft, layout: PosterLayout) -> DisplayedClassOrder:
        """The class order of ``draft``; classes in index order until the answer is known."""
        values = draft.values
        source = source_titles()[values["order.source"]]
        by_hand = bool(values["order.grid"])
        if draft.config is None:
            return _placeholder(values["order.grid"], layout, source)
        config, request = draft.config, ClassOrderRequest.from_config(draft.config)
        answer = self._results.get(request)
        if answer is None:
            failure = self._failures.get(request, "")
            return DisplayedClassOrder(
                config.order.grid or index_grid(*layout.class_grid),
                source,
                pending=request.source != "index" and not failure,
                by_hand=by_hand,
                failure=failure,
            )
        return DisplayedClassOrder(
            config.order.grid or answer.grid,
            source_titles()[answer.source],
            cost=_cost(config.order.grid or answer.grid, answer),
            base_cost=_cost(answer.grid, answer),
            by_hand=by_hand,
            note=answer.note,
        )

    def cost_of_swap(self, draft: Draft, order: DisplayedClassOrder, first: int, second: int) -> float | None:
        """Change of cost if two cells (row-major) were swapped; None if the distances are unknown."""
        answer = self._results.get(ClassOrderRequest.from_config(draft.config)) if draft.config else None
        if answer is None or order.cost is None:
            return None
        after = _cost(swapped(order.grid, first, second), answer)
        return None if after is None else after - order.cost


def _placeholder(grid: Any, layout: PosterLayout, source: str) -> DisplayedClassOrder:
    """An order to draw while the settings are invalid."""
    columns, rows = layout.class_grid
    fits = len(grid) == rows and all(len(row) == columns for row in grid)
    return DisplayedClassOrder(grid if fits else index_grid(columns, rows), source, by_hand=fits)


def _cost(grid: Grid, answer: ClassOrderResult) -> float | None:
    if answer.distances is None:
        return None
    return order_cost(np.asarray(grid, dtype=np.int64), answer.distances)
