"""Computes class orders and downloads the CLIP weights."""

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
    """Compute the class order that a run of ``config`` would have.

    Args:
        request: the request.
        config: config of the request.
        known_names: class names by class index; if empty, they are read from the dataset.
        report: callback for progress while the images are read.

    Raises:
        PoddError: the source has no distances for these classes.
        CancelledError: ``report`` canceled the work.
    """

    def images() -> tuple[NDArray[Any], NDArray[Any]]:
        from podd_engine.data.preprocessing import prepare_dataset

        data = prepare_dataset(config.dataset, report=report)
        return data.train.numpy(), data.train_labels.numpy()

    names = known_names or class_names(config.dataset)
    has_images = dataset_status(config.dataset.name, config.dataset.path).available
    try:
        order = resolve_class_order(
            config.with_values({"order.grid": ()}),
            names,
            images=images if has_images else None,
            fall_back=not request.no_fallback,
        )
    except DistancesUnavailableError as error:
        # The GUI shows a download button next to this message instead of the command-line hint.
        raise DistancesUnavailableError(str(error).replace(f" ({DOWNLOAD_HINT})", "")) from error
    note = order.note.replace(DOWNLOAD_HINT, "‘Compare class orders…’ can download them")
    grid = tuple(tuple(row) for row in order.grid.tolist())
    return ClassOrderResult(request, grid, order.distances, order.source, note)


def fetch_weights(report: ProgressCallback) -> Path:
    """Download the CLIP weights unless they exist; see `download_clip_weights`."""
    return download_clip_weights(report)
