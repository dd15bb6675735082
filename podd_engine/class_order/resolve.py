"""Class order of a config outside a run. Loads only the necessary parts of the dataset."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from podd_engine.class_order.class_words import class_words_by_dataset
from podd_engine.class_order.ordering import ClassOrder, resolve_class_order
from podd_engine.config.schema import DistillationConfig
from podd_engine.data.dataset import DatasetMissingError
from podd_engine.progress import ProgressCallback, ignore_progress


def class_order(
    config: DistillationConfig,
    cache: Path | None = None,
    report: ProgressCallback = ignore_progress,
    notify: Callable[[str], None] = lambda _: None,
) -> ClassOrder:
    """Return the class order that a run with ``config`` uses.

    If a named dataset is not on this machine, the function uses its published class names.

    Args:
        config: complete configuration.
        cache: cache folder; None: the cache folder of the system.
        report: receives progress while images are read. It may raise `CancelledError` to cancel.
        notify: receives a one-line message about a fallback or a slow operation.

    Raises:
        ConfigError: the number of cells in the class grid differs from the number of classes.
        DataError: the order needs images or class names, but the dataset is missing.
        DistancesError: the source has no distances for these classes.
    """
    from podd_engine.data.preprocessing import prepare_dataset
    from podd_engine.data.registry import class_names

    def images() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        data = prepare_dataset(config.dataset, cache, report)
        return data.train.numpy(), data.train_labels.numpy()

    try:
        names = class_names(config.dataset)
    except DatasetMissingError as problem:
        published = class_words_by_dataset().get(config.dataset.name)
        if published is None or config.dataset.path or config.order.source == "images":
            raise
        notify(f"{problem}; using the published class names for the order")
        return resolve_class_order(config, config.dataset.classes or tuple(published), notify=notify)
    return resolve_class_order(config, names, images=images, notify=notify)
