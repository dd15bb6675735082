"""Ordering classes for the Poster place."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from podd_app.models.class_order import OrderAnswer, OrderRequest
from podd_engine.class_order.clip_weights import HOW_TO_GET, download_weights
from podd_engine.class_order.distances import DistancesUnavailable
from podd_engine.class_order.ordering import resolve_order
from podd_engine.config.schema import DistillationConfig
from podd_engine.data.registry import class_names, locate
from podd_engine.progress import Report


def answer_order(
    request: OrderRequest, config: DistillationConfig, known_names: Sequence[str], report: Report
) -> OrderAnswer:
    """The class order that a run of ``config`` would have, found the same way.

    Args:
        request: what is answered.
        config: the config it was made from.
        known_names: class names by class index; empty: they are read from the dataset.
        report: receives progress where the images have to be read.

    Raises:
        PoddError: the source has no distances for these classes.
        Cancelled: ``report`` raised it.
    """

    def images() -> tuple[NDArray[Any], NDArray[Any]]:
        from podd_engine.data.preprocessing import prepare

        data = prepare(config.dataset, report=report)
        return data.train.numpy(), data.train_labels.numpy()

    names = known_names or class_names(config.dataset)
    here = locate(config.dataset.name, config.dataset.path).available
    try:
        order = resolve_order(
            config.with_values({"order.grid": ()}),
            names,
            images=images if here else None,
            fall_back=not request.alone,
        )
    except DistancesUnavailable as problem:  # of a source alone, beside which a button says what to do
        raise DistancesUnavailable(str(problem).replace(f" ({HOW_TO_GET})", "")) from problem
    note = order.note.replace(HOW_TO_GET, "‘Distances and sources…’ gets them")
    grid = tuple(tuple(row) for row in order.grid.tolist())
    return OrderAnswer(request, grid, order.distances, order.source, note)


def fetch_weights(report: Report) -> Path:
    """Fetch the weights of CLIP, unless they are there; as `download_weights` does."""
    return download_weights(report)
