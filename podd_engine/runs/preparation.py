"""What happens before the first outer step: data, class order, device."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from podd_engine.class_order.ordering import ClassOrder, resolve_class_order
from podd_engine.config.schema import DistillationConfig
from podd_engine.data.preprocessing import PreparedData, prepare_dataset
from podd_engine.distillation.compile_policy import should_compile
from podd_engine.distillation.distiller import Distiller
from podd_engine.distillation.real_data import RealData
from podd_engine.errors import CompileError, ConfigError
from podd_engine.io.app_dirs import cache_folder
from podd_engine.progress import ProgressCallback, ignore_progress
from podd_engine.runtime.allocator import keep_freed_memory
from podd_engine.runtime.device import choose_device, choose_threads
from podd_engine.runtime.precision import STORAGE_DTYPES, set_precision


@dataclass(frozen=True, eq=False)
class PreparedRun:
    """A run that can start.

    Args:
        config: the config with the class order written into it.
        data: the dataset and its preprocessing.
        order: the class order, and where it came from.
        distiller: the algorithm over this data on the chosen device.
    """

    config: DistillationConfig
    data: PreparedData
    order: ClassOrder
    distiller: Distiller


def prepare_run(
    config: DistillationConfig,
    cache: Path | None = None,
    report: ProgressCallback = ignore_progress,
    notify: Callable[[str], None] = lambda _: None,
) -> PreparedRun:
    """Read and whiten the data, order the classes, choose the device, compile. Writes only to the cache.

    Args:
        config: the run's config.
        cache: cache folder; None: the system's.
        report: receives progress; raising `CancelledError` from it ends the preparation.
        notify: receives one line where something was decided that a person should know.

    Raises:
        PoddError: the dataset, the order or the device cannot be had.
    """
    prepared = prepare_uncompiled(config, cache, report, notify)
    compile_if_worthwhile(prepared, cache, report, notify)
    return prepared


def prepare_uncompiled(
    config: DistillationConfig,
    cache: Path | None = None,
    report: ProgressCallback = ignore_progress,
    notify: Callable[[str], None] = lambda _: None,
) -> PreparedRun:
    """`prepare_run`, but for the compiling."""
    keep_freed_memory()
    device = choose_device(config.compute)
    torch.set_num_threads(choose_threads(config))
    data = prepare_dataset(config.dataset, cache, report)
    _check_classes(config, data)

    def images() -> tuple[np.ndarray, np.ndarray]:
        return data.train.numpy(), data.train_labels.numpy()

    order = resolve_class_order(config, data.dataset.class_names, images=images, notify=notify)
    config = config.with_values({"order.grid": order.grid.tolist()})
    set_precision(config.compute)
    dtype = STORAGE_DTYPES[config.compute.precision]

    def on_device(images: torch.Tensor, labels: torch.Tensor) -> RealData:
        return RealData(images.to(device=device, dtype=dtype), labels.to(device))

    distiller = Distiller(
        config, on_device(data.train, data.train_labels), on_device(data.test, data.test_labels), order.grid
    )
    return PreparedRun(config, data, order, distiller)


def compile_if_worthwhile(
    prepared: PreparedRun, cache: Path | None, report: ProgressCallback, notify: Callable[[str], None]
) -> None:
    """Compile the arithmetic of a step where the run earns it back; see `prepare_run`."""
    if not should_compile(prepared.config):
        return
    # Beside our other caches, so that the next run of these shapes compiles in seconds; to be said before
    # the compiler is loaded. Where its command would fall apart at a space it keeps its own folder.
    compiled = str((cache or cache_folder()) / "compiled")
    if not any(letter.isspace() for letter in compiled):
        os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", compiled)
    try:
        prepared.distiller.compile(report)
    except CompileError as error:
        notify(f"Goes on without compiling, more slowly: {error}")


def _check_classes(config: DistillationConfig, data: PreparedData) -> None:
    classes, (columns, rows) = len(data.dataset.class_names), config.layout.class_grid
    if classes != columns * rows:
        raise ConfigError(
            f"poster.class_columns x poster.class_rows: {columns} x {rows} is {columns * rows} cells, "
            f"but {data.dataset.name} has {classes} classes"
        )
