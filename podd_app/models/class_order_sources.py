"""Class orders from all distance sources, with their costs. No widgets."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from PySide6.QtCore import QCoreApplication

from podd_app.models.class_order import ClassOrderRequest, ClassOrderResult
from podd_app.models.draft import with_field_labels
from podd_app.models.session import Session
from podd_engine.class_order.placement import order_cost, random_order_cost

SOURCES = ("clip", "bundled", "images", "file")

_MAX_UNPROMPTED_VALUES = 20_000_000
"""Class-mean distances are computed without a request up to this number of training values."""


@dataclass(frozen=True)
class ClassOrderSource:
    """State of one distance source.

    Args:
        source: key of the source, one of `SOURCES`.
        request: the request for its order; None while the settings or the file are missing.
        state: ``unasked`` (not requested yet), ``pending``, ``found``, or ``absent`` (the source has
            no order).
        why: reason and remedy if the state is ``absent``; empty otherwise.
        answer: the result if the state is ``found``.
        cost: cost of the order by the distances of this source; 0 if there is no order.
        chance: ``cost`` divided by the expected cost of a random order.
    """

    source: str
    request: ClassOrderRequest | None
    state: Literal["unasked", "pending", "found", "absent"]
    why: str = ""
    answer: ClassOrderResult | None = None
    cost: float = 0.0
    chance: float = 1.0


def class_order_sources(session: Session, table: str) -> tuple[ClassOrderSource, ...]:
    """Return the state of each source for the classes and the grid of the session.

    Args:
        session: the session. All sources are ``absent`` while its settings are invalid.
        table: path of a CSV file of distances for the source ``file``; empty if no file is chosen.
    """
    return tuple(_class_order_source(session, source, table) for source in SOURCES)


def request_fast_sources(session: Session, table: str) -> None:
    """Request the orders of all sources that need little time. Large image sets are not read.

    Args:
        session: the session.
        table: as in `class_order_sources`.
    """
    for known in class_order_sources(session, table):
        if known.state == "unasked" and known.request and not _is_slow(session, known.source):
            session.class_order.ask(known.request)


def _no_file_text() -> str:
    return QCoreApplication.translate("ClassOrder", "No file chosen. Choose a CSV file of distances.")


def _is_slow(session: Session, source: str) -> bool:
    values = session.draft.values
    pixels = values["dataset.image_size"] ** 2 * session.dataset.channels
    return source == "images" and session.dataset.train_images * pixels > _MAX_UNPROMPTED_VALUES


def _class_order_source(session: Session, source: str, table: str) -> ClassOrderSource:
    config = session.config
    if config is None:
        return ClassOrderSource(source, None, "absent", next(iter(session.draft.problems.values())))
    # The setting order.file means a distance file for source "file" and weights for source "clip".
    file = table if source == "file" else config.order.file if config.order.source == source else ""
    request = replace(ClassOrderRequest.from_config(config), source=source, file=file, no_fallback=True)
    if source == "file" and not file:
        return ClassOrderSource(source, None, "absent", _no_file_text())
    cache = session.class_order.cache
    with_fallback = cache.result_of(replace(request, no_fallback=False))
    if with_fallback is not None and with_fallback.source == source:
        result: ClassOrderResult | None = with_fallback
    else:
        result = cache.result_of(request)
    if result is not None and result.distances is not None:
        grid = np.asarray(result.grid, dtype=np.int64)
        cost = order_cost(grid, result.distances)
        random_cost = random_order_cost(result.distances, grid.shape[1], grid.shape[0])
        relative_cost = cost / random_cost if random_cost else 1.0
        return ClassOrderSource(source, request, "found", "", result, cost, relative_cost)
    failure = cache.failure_of(request)
    if failure:
        return ClassOrderSource(source, request, "absent", with_field_labels(failure))
    return ClassOrderSource(source, request, "pending" if cache.is_requested(request) else "unasked")
