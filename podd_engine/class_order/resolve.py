"""The class order of a config outside a run, with as much of the dataset as it takes."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from podd_engine.class_order.class_words import class_words_by_dataset
from podd_engine.class_order.ordering import ClassOrder, resolve_class_order
from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import DataError
from podd_engine.progress import ProgressCallback, ignore_progress


def class_order(
    config: DistillationConfig,
    cache: Path | None = None,
    report: ProgressCallback = ignore_progress,
    notify: Callable[[str], None] = lambda _: None,
) -> ClassOrder:
    """The order a run of ``config`` would have.

    A named dataset that is not on this machine is ordered by its published class names.

    Args:
        config: the config.
        cache: cache folder; None: the system's.
        report: receives progress where images have to be read; raising `CancelledError` from it ends it.
        notify: receives a line where something else is used than asked for.

    Raises:
        DataError: the order needs images or class names, and the dataset is not there.
        DistancesError: the source has no distances for these classes.
    """
    from podd_engine.data.preprocessing import prepare_dataset
    from podd_engine.data.registry import class_names

    def images() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        data = prepare_dataset(config.dataset, cache, report)
        return data.train.numpy(), data.train_labels.numpy()

    try:
        names = class_names(config.dataset)
    except DataError as problem:
        published = class_words_by_dataset().get(config.dataset.name)
        if published is None or config.dataset.path or config.order.source == "images":
            raise
        notify(f"{problem}; its published class names are ordered")
        return resolve_class_order(config, tuple(published), notify=notify)
    return resolve_class_order(config, names, images=images, notify=notify)
