"""Prepare a run before its first outer step: data, class order, device and compilation."""

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
from podd_engine.networks.registry import count_parameters
from podd_engine.progress import ProgressCallback, ignore_progress
from podd_engine.runs.class_names import record_class_names
from podd_engine.runtime.allocator import keep_freed_memory
from podd_engine.runtime.device import choose_device, choose_threads
from podd_engine.runtime.memory import available_memory_bytes, translate_memory_errors
from podd_engine.runtime.precision import STORAGE_DTYPES, set_precision
from podd_engine.runtime.size_check import CHANNELS, check_memory, layout_needs, training_needs


@dataclass(frozen=True, eq=False)
class PreparedRun:
    """Run that is ready to start.

    Args:
        config: config with the resolved class order and the class names.
        data: dataset and preprocessing.
        order: class order and its source.
        distiller: distillation algorithm with its data on the selected device.
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
    """Load and preprocess the data, resolve the class order, select the device and compile the step.

    Writes only to the cache.

    Args:
        config: config of the run.
        cache: cache folder. None selects the default folder.
        report: receives the progress. Raising `CancelledError` from it stops the preparation.
        notify: receives one-line notices for the user, for example about a fallback.

    Raises:
        PoddError: the dataset, the class order or the device is not available.
    """
    prepared = prepare_uncompiled(config, cache, report, notify)
    compile_if_worthwhile(prepared, cache, report, notify)
    return prepared


@translate_memory_errors()
def prepare_uncompiled(
    config: DistillationConfig,
    cache: Path | None = None,
    report: ProgressCallback = ignore_progress,
    notify: Callable[[str], None] = lambda _: None,
) -> PreparedRun:
    """Prepare a run like `prepare_run`, but without compilation.

    Args:
        config: config of the run.
        cache: cache folder. None selects the default folder.
        report: receives the progress. Raising `CancelledError` from it stops the preparation.
        notify: receives one-line notices for the user.

    Raises:
        PoddError: the dataset, the class order or the device is not available, or memory is insufficient.
    """
    keep_freed_memory()
    device = choose_device(config.compute)
    _check_sizes(config, device)
    torch.set_num_threads(choose_threads(config))
    data = prepare_dataset(config.dataset, cache, report)
    _check_classes(config, data)
    for notice in data.dataset.notices:
        notify(f"{data.dataset.name}: {notice}")

    def images() -> tuple[np.ndarray, np.ndarray]:
        return data.train.numpy(), data.train_labels.numpy()

    order = resolve_class_order(config, data.dataset.class_names, images=images, notify=notify)
    config = record_class_names(config, data.dataset.class_names)
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
    """Compile the step functions if the run is long enough to benefit.

    Args:
        prepared: run to compile.
        cache: cache folder. None selects the default folder.
        report: receives the progress. Raising `CancelledError` from it stops the compilation.
        notify: receives a notice if compilation fails. The run then continues uncompiled.
    """
    if not should_compile(prepared.config):
        return
    # A cache folder of our own lets the next run with the same shapes compile in seconds. The variable must
    # be set before the compiler is loaded. The compiler's command line cannot handle paths with spaces, so
    # such a path leaves the default folder of torch in place.
    compile_cache = str((cache or cache_folder()) / "compiled")
    if not any(letter.isspace() for letter in compile_cache):
        os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", compile_cache)
    try:
        prepared.distiller.compile(report)
    except CompileError as error:
        notify(f"Running without compilation, which is slower: {error}")


def _check_sizes(config: DistillationConfig, device: torch.device) -> None:
    """Check that poster, labels and networks fit in the memory of ``device``.

    Raises:
        OutOfMemoryError: they do not fit.
    """
    network = config.network
    parameters = count_parameters(
        network.name,
        channels=CHANNELS,
        classes=config.layout.classes,
        image_size=config.dataset.image_size,
        width=network.width,
        depth=network.depth,
    )
    needs = [*layout_needs(config), *training_needs(config, parameters)]
    check_memory(needs, available_memory_bytes(device))


def _check_classes(config: DistillationConfig, data: PreparedData) -> None:
    classes, (columns, rows) = len(data.dataset.class_names), config.layout.class_grid
    if classes != columns * rows:
        raise ConfigError(
            f"poster.class_columns x poster.class_rows: {columns} x {rows} is {columns * rows} cells, "
            f"but {data.dataset.name} has {classes} classes; change the class grid to {classes} cells"
        )
