"""Cache of class-order results by request."""

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
    """Class-order requests with their results and failures. Emits no signals."""

    def __init__(self) -> None:
        self._results: dict[ClassOrderRequest, ClassOrderResult] = {}
        self._failures: dict[ClassOrderRequest, str] = {}
        self._requested: set[ClassOrderRequest] = set()

    def take_unrequested(self, draft: Draft) -> ClassOrderRequest | None:
        """Mark the request of ``draft`` as made and return it; None if no new request is needed."""
        if draft.config is None or draft.config.order.source == "index":
            return None
        request = ClassOrderRequest.from_config(draft.config)
        return request if self.ask(request) else None

    def ask(self, request: ClassOrderRequest) -> bool:
        """Mark ``request`` as made; return False if it was made before or already has a result."""
        if request in self._results or request in self._requested:
            return False
        self._requested.add(request)
        return True

    def result_of(self, request: ClassOrderRequest) -> ClassOrderResult | None:
        """Return the result of ``request``; None if it has no result yet."""
        return self._results.get(request)

    def failure_of(self, request: ClassOrderRequest) -> str:
        """Return the error message of ``request``; empty if the request did not fail."""
        return self._failures.get(request, "")

    def is_requested(self, request: ClassOrderRequest) -> bool:
        """Return whether ``request`` was made."""
        return request in self._requested

    def store_result(self, result: ClassOrderResult) -> None:
        """Store the result of a request."""
        # If the source has distances, then the same request with a fallback has the same result.
        for request in (result.request, replace(result.request, no_fallback=False)):
            self._results[request] = replace(result, request=request)
            self._failures.pop(request, None)

    def store_failure(self, request: ClassOrderRequest, message: str) -> None:
        """Store the error message of ``request``."""
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
        """Discard all requests, results and failures of ``source``, so that it is asked again."""
        for cached in (self._results, self._failures):
            for request in [request for request in cached if request.source == source]:
                del cached[request]
        self._requested = {request for request in self._requested if request.source != source}

    def order(self, draft: Draft, layout: PosterLayout) -> DisplayedClassOrder:
        """Return the class order of ``draft``; classes are in index order until the result is known."""
        values = draft.values
        source = source_titles()[values["order.source"]]
        by_hand = bool(values["order.grid"])
        if draft.config is None:
            return _placeholder(values["order.grid"], layout, source)
        config, request = draft.config, ClassOrderRequest.from_config(draft.config)
        result = self._results.get(request)
        if result is None:
            failure = self._failures.get(request, "")
            return DisplayedClassOrder(
                config.order.grid or index_grid(*layout.class_grid),
                source,
                pending=request.source != "index" and not failure,
                by_hand=by_hand,
                failure=failure,
            )
        return DisplayedClassOrder(
            config.order.grid or result.grid,
            source_titles()[result.source],
            cost=_cost(config.order.grid or result.grid, result),
            base_cost=_cost(result.grid, result),
            by_hand=by_hand,
            note=result.note,
        )

    def cost_of_swap(self, draft: Draft, order: DisplayedClassOrder, first: int, second: int) -> float | None:
        """Return the change of the cost if two cells are swapped.

        Args:
            draft: the settings that the order belongs to.
            order: the displayed order.
            first: row-major index of a cell.
            second: row-major index of the other cell.

        Returns:
            Cost after the swap minus the present cost; None if the distances are unknown.
        """
        result = self._results.get(ClassOrderRequest.from_config(draft.config)) if draft.config else None
        if result is None or order.cost is None:
            return None
        after = _cost(swapped(order.grid, first, second), result)
        return None if after is None else after - order.cost


def _placeholder(grid: Any, layout: PosterLayout, source: str) -> DisplayedClassOrder:
    """Return an order that can be drawn while the settings are invalid."""
    columns, rows = layout.class_grid
    fits = len(grid) == rows and all(len(row) == columns for row in grid)
    return DisplayedClassOrder(grid if fits else index_grid(columns, rows), source, by_hand=fits)


def _cost(grid: Grid, result: ClassOrderResult) -> float | None:
    if result.distances is None:
        return None
    return order_cost(np.asarray(grid, dtype=np.int64), result.distances)
