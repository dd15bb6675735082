"""Where else the class order could come from, and what the orders cost. Reads the session; no widgets."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from podd_app.models.class_order import ClassOrderRequest, ClassOrderResult
from podd_app.models.draft import with_field_labels
from podd_app.models.session import Session
from podd_engine.class_order.placement import order_cost, random_order_cost

SOURCES = ("clip", "bundled", "images", "file")

_MAX_UNPROMPTED_VALUES = 20_000_000
"""Numbers in the training images up to which they are read without being asked to."""


@dataclass(frozen=True)
class ClassOrderSource:
    """What is known about one source.

    Args:
        source: of `SOURCES`.
        request: what it would be asked.
        state: ``take_unrequested``: it has to be asked for; ``pending``; ``found``; ``absent``: it has no order.
        why: why it is absent, and what to do.
        answer: the order, where it is found.
        cost: of the order, by the source's own distances; 0 where it is not found.
        chance: the share of ``cost`` in what an order made by chance costs.
    """

    source: str
    request: ClassOrderRequest | None
    state: Literal["unasked", "pending", "found", "absent"]
    why: str = ""
    answer: ClassOrderResult | None = None
    cost: float = 0.0
    chance: float = 1.0


def class_order_sources(session: Session, table: str) -> tuple[ClassOrderSource, ...]:
    """What is known about each source for the session's classes and grid.

    Args:
        session: whose settings count; sources are absent while those do not fit together.
        table: path of a CSV of distances for source ``file``; empty: none is named.
    """
    return tuple(_class_order_source(session, source, table) for source in SOURCES)


def request_fast_sources(session: Session, table: str) -> None:
    """Ask for what is quickly answered; reading many images waits until somebody wants it."""
    for finding in class_order_sources(session, table):
        if finding.state == "unasked" and finding.request and not _is_slow(session, finding.source):
            session.class_order.ask(finding.request)


def _is_slow(session: Session, source: str) -> bool:
    values = session.draft.values
    pixels = values["dataset.image_size"] ** 2 * session.dataset.channels
    return source == "images" and session.dataset.train_images * pixels > _MAX_UNPROMPTED_VALUES


def _class_order_source(session: Session, source: str, table: str) -> ClassOrderSource:
    config = session.config
    if config is None:
        return ClassOrderSource(source, None, "absent", next(iter(session.draft.problems.values())))
    # One setting names a table for the one source and weights for another.
    file = table if source == "file" else config.order.file if config.order.source == source else ""
    request = replace(ClassOrderRequest.from_config(config), source=source, file=file, no_fallback=True)
    if source == "file" and not file:
        return ClassOrderSource(source, None, "absent", "No file is named yet: choose a CSV of distances.")
    cache = session.class_order.cache
    usual = cache.result_of(replace(request, no_fallback=False))
    answer = usual if usual is not None and usual.source == source else cache.result_of(request)
    if answer is not None and answer.distances is not None:
        grid = np.asarray(answer.grid, dtype=np.int64)
        cost = order_cost(grid, answer.distances)
        by_chance = random_order_cost(answer.distances, grid.shape[1], grid.shape[0])
        return ClassOrderSource(
            source, request, "found", "", answer, cost, cost / by_chance if by_chance else 1.0
        )
    failure = cache.failure_of(request)
    if failure:
        return ClassOrderSource(source, request, "absent", with_field_labels(failure))
    return ClassOrderSource(source, request, "pending" if cache.is_requested(request) else "unasked")
