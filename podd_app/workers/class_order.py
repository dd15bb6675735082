"""Ordering classes for the Poster place."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from podd_app.models.class_order import ClassOrderRequest, ClassOrderResult
from podd_engine.class_order.clip_weights import DOWNLOAD_HINT, download_clip_weights
from podd_engine.class_order.distances import DistancesUnavailableError
from podd_engine.class_order.ordering import resolve_class_order
from podd_engine.config.schema import DistillationConfig
from podd_engine.data.registry import class_names, dataset_status
from podd_engine.progress import ProgressCallback


def compute_class_order(
    request: ClassOrderRequest,
    config: DistillationConfig,
    known_names: Sequence[str],
    report: ProgressCallback,
) -> ClassOrderResult:
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
        from podd_engine.data.preprocessing import prepare_dataset

        data = prepare_dataset(config.dataset, report=report)
        return data.train.numpy(), data.train_labels.numpy()

    names = known_names or class_names(config.dataset)
    here = dataset_status(config.dataset.name, config.dataset.path).available
    try:
        order = resolve_class_order(
            config.with_values({"order.grid": ()}),
            names,
            images=images if here else None,
            fall_back=not request.no_fallback,
        )
    except DistancesUnavailableError as problem:  # of a source alone, beside which a button says what to do
        raise DistancesUnavailableError(str(problem).replace(f" ({DOWNLOAD_HINT})", "")) from problem
    note = order.note.replace(DOWNLOAD_HINT, "‘Distances and sources…’ gets them")
    grid = tuple(tuple(row) for row in order.grid.tolist())
    return ClassOrderResult(request, grid, order.distances, order.source, note)


def fetch_weights(report: ProgressCallback) -> Path:
    """Fetch the weights of CLIP, unless they are there; as `download_clip_weights` does."""
    return download_clip_weights(report)
