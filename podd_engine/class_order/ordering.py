"""Class order of a configuration: choice of a distance source and placement of the classes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from podd_engine.class_order.bundled_embeddings import bundled_embeddings
from podd_engine.class_order.class_mean_distances import class_mean_distances
from podd_engine.class_order.class_words import class_words
from podd_engine.class_order.clip_embeddings import clip_embeddings
from podd_engine.class_order.clip_weights import find_clip_weights
from podd_engine.class_order.distance_file import read_distances
from podd_engine.class_order.distances import Distances, DistancesUnavailableError, distances_from_embeddings
from podd_engine.class_order.placement import ClassGrid, check_cells, greedy_order, order_cost, refine_order
from podd_engine.config.schema import DistillationConfig
from podd_engine.io.user_path import user_path

FALLBACK_SOURCES = {"clip": "bundled", "bundled": "images", "images": "index"}
"""Next source to try when a source is unavailable. Fallbacks apply only if the config requests ``clip``."""

SOURCE_TITLES = {
    "bundled": "bundled sentence embeddings",
    "images": "class-mean images",
    "index": "index order",
}


@dataclass(frozen=True, eq=False)
class ClassOrder:
    """A class order and its origin.

    Args:
        grid: class index of each cell, int64 [rows, columns].
        names: class names by class index.
        cost: sum of the distances over adjacent pairs; None without distances.
        source: ``clip``, ``bundled``, ``images``, ``file``, ``index``, or ``given`` if the config
            contains the grid.
        note: reason for a fallback to another source; empty without a fallback.
        distances: float64 [classes, classes]; None for ``index`` and ``given``.
    """

    grid: ClassGrid
    names: tuple[str, ...]
    cost: float | None
    source: str
    note: str = ""
    distances: Distances | None = None


def resolve_class_order(
    config: DistillationConfig,
    class_names: Sequence[str],
    *,
    images: Callable[[], tuple[NDArray[Any], NDArray[Any]]] | None = None,
    fall_back: bool = True,
    notify: Callable[[str], None] = lambda _: None,
) -> ClassOrder:
    """Compute the class order for ``config``.

    If the CLIP weights are not on this machine, the source ``clip`` falls back to ``bundled``,
    ``images`` and ``index``, in this order. The other sources have no fallback.

    Args:
        config: ``order.grid`` is used unchanged if it is set. Otherwise ``order.source`` and
            ``order.refine`` determine the order.
        class_names: names by class index.
        images: returns the preprocessed training images [images, channels, height, width] and labels
            [images]. It is called only if needed. None: no images are available.
        fall_back: whether ``clip`` may fall back to other sources.
        notify: receives a one-line message about a fallback or a slow operation.

    Raises:
        ConfigError: the number of cells in the class grid differs from the number of classes.
        DistancesError: the source has no distances for these classes.
    """
    columns, rows = config.layout.class_grid
    names = tuple(class_names)
    check_cells(columns, rows, len(names))
    if config.order.grid:
        return ClassOrder(np.array(config.order.grid, dtype=np.int64), names, None, "given")
    words = class_words(config.dataset.name, names)

    def clip() -> Distances:
        weights = find_clip_weights(config.order.file)
        notify(f"class order: reading {len(names)} class names with CLIP")
        return distances_from_embeddings(clip_embeddings(words, weights))

    def image_distances() -> Distances:
        if images is None:
            raise DistancesUnavailableError("no training images are available")
        return class_mean_distances(*images(), names)

    def file_distances() -> Distances:
        table = read_distances(user_path(config.order.file), len(names))
        if table.note:
            notify(f"class order: {table.note}")
        return table.for_classes(names)

    measures: dict[str, Callable[[], Distances | None]] = {
        "clip": clip,
        "bundled": lambda: distances_from_embeddings(bundled_embeddings(words)),
        "images": image_distances,
        "file": file_distances,
        "index": lambda: None,
    }
    source: str = config.order.source
    note = ""
    while True:
        try:
            distances = measures[source]()
            break
        except DistancesUnavailableError as problem:
            if not fall_back:
                raise DistancesUnavailableError(f"{problem}; choose another source") from None
            if config.order.source != "clip":
                raise
            source = FALLBACK_SOURCES[source]
            note = f"{problem}; using {SOURCE_TITLES[source]} instead"
            notify(f"class order: {note}")
    if distances is None:
        return ClassOrder(np.arange(len(names)).reshape(rows, columns), names, None, source, note)
    grid = greedy_order(distances, columns, rows)
    if config.order.refine:
        grid = refine_order(grid, distances)
    return ClassOrder(grid, names, order_cost(grid, distances), source, note, distances)
