"""Where else the class order could come from, and what the orders cost. Reads the session; no widgets."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from podd_app.models.class_order import OrderAnswer, OrderRequest
from podd_app.models.draft import in_words
from podd_app.models.session import Session
from podd_engine.class_order.placement import chance_cost, order_cost

SOURCES = ("clip", "bundled", "images", "file")

_UNASKED_VALUES = 20_000_000
"""Numbers in the training images up to which they are read without being asked to."""


@dataclass(frozen=True)
class Finding:
    """What is known about one source.

    Args:
        source: of `SOURCES`.
        request: what it would be asked.
        state: ``unasked``: it has to be asked for; ``pending``; ``found``; ``absent``: it has no order.
        why: why it is absent, and what to do.
        answer: the order, where it is found.
        cost: of the order, by the source's own distances; 0 where it is not found.
        chance: the share of ``cost`` in what an order made by chance costs.
    """

    source: str
    request: OrderRequest | None
    state: Literal["unasked", "pending", "found", "absent"]
    why: str = ""
    answer: OrderAnswer | None = None
    cost: float = 0.0
    chance: float = 1.0


def survey(session: Session, table: str) -> tuple[Finding, ...]:
    """What is known about each source for the session's classes and grid.

    Args:
        session: whose settings count; sources are absent while those do not fit together.
        table: path of a CSV of distances for source ``file``; empty: none is named.
    """
    return tuple(_finding(session, source, table) for source in SOURCES)


def ask_unasked(session: Session, table: str) -> None:
    """Ask for what is quickly answered; reading many images waits until somebody wants it."""
    for finding in survey(session, table):
        if finding.state == "unasked" and finding.request and not _is_slow(session, finding.source):
            session.orders.ask(finding.request)


def _is_slow(session: Session, source: str) -> bool:
    values = session.draft.values
    pixels = values["dataset.image_size"] ** 2 * session.dataset.channels
    return source == "images" and session.dataset.train_images * pixels > _UNASKED_VALUES


def _finding(session: Session, source: str, table: str) -> Finding:
    config = session.config
    if config is None:
        return Finding(source, None, "absent", next(iter(session.draft.problems.values())))
    # One setting names a table for the one source and weights for another.
    file = table if source == "file" else config.order.file if config.order.source == source else ""
    request = replace(OrderRequest.of(config), source=source, file=file, alone=True)
    if source == "file" and not file:
        return Finding(source, None, "absent", "No file is named yet: choose a CSV of distances.")
    book = session.orders.book
    usual = book.answer_to(replace(request, alone=False))
    answer = usual if usual is not None and usual.source == source else book.answer_to(request)
    if answer is not None and answer.distances is not None:
        grid = np.asarray(answer.grid, dtype=np.int64)
        cost = order_cost(grid, answer.distances)
        by_chance = chance_cost(answer.distances, grid.shape[1], grid.shape[0])
        return Finding(source, request, "found", "", answer, cost, cost / by_chance if by_chance else 1.0)
    failure = book.failure_of(request)
    if failure:
        return Finding(source, request, "absent", in_words(failure))
    return Finding(source, request, "pending" if book.is_asked(request) else "unasked")
