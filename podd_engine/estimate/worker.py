"""Estimate a run in a separate process.

``python -m podd_engine.estimate.worker`` reads a config as JSON from stdin and writes one line of JSON to
stdout: an `Estimate`, or ``{"error": …}``. If the run does not fit in memory, the line also contains
``"shortage"``, the values of a `MemoryShortage`. Each process makes only one estimate, because the peak
memory of a process is meaningful only for a single task.
"""

import json
import os
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from podd_engine.config.schema import DistillationConfig
from podd_engine.distillation.compile_policy import COMPILE_PROGRESS_LABEL
from podd_engine.distillation.distiller import Distiller
from podd_engine.estimate.activation_memory import ActivationBytes, measure_activation_bytes
from podd_engine.estimate.cost_model import Estimate, build_estimate
from podd_engine.estimate.memory_fit import (
    MemoryModel,
    MemoryShortage,
    MemoryShortageError,
    memory_advice,
)
from podd_engine.estimate.probe import longest_window, probe, probed_span
from podd_engine.io.os_errors import error_text
from podd_engine.progress import Progress, ProgressCallback, ignore_progress
from podd_engine.runs.bundle import make_bundle, save_bundle
from podd_engine.runs.checkpoint import save_checkpoint
from podd_engine.runs.directory import RunDirectory
from podd_engine.runs.preparation import PreparedRun, compile_if_worthwhile, prepare_uncompiled
from podd_engine.runtime.device import choose_device
from podd_engine.runtime.memory import available_memory_bytes, peak_memory_bytes, total_memory_bytes

NICENESS = 5
"""Increment of the process niceness, which gives other processes priority over an estimate."""


def estimate_run(
    config: DistillationConfig, cache: Path | None = None, report: ProgressCallback = ignore_progress
) -> Estimate:
    """Prepare ``config`` as for a run, compile it if the run would be compiled, and measure a few seconds.

    Args:
        config: config of the run.
        cache: cache folder. None selects the default folder. The run reuses the prepared data and the
            compiled code in this folder.
        report: receives the progress. Raising `CancelledError` from it stops the preparation.

    Raises:
        PoddError: the run could not start.
    """
    available = available_memory_bytes(choose_device(config.compute))
    compile_start: float | None = None

    def on_progress(progress: Progress) -> None:
        nonlocal compile_start
        if progress.what == COMPILE_PROGRESS_LABEL:
            compile_start = compile_start or time.perf_counter()
        report(progress)

    start = time.perf_counter()
    prepared = prepare_uncompiled(config, cache, on_progress)
    activation_bytes = measure_activation_bytes(prepared.distiller)
    _check_fits(prepared, activation_bytes, available)
    compile_if_worthwhile(prepared, cache, on_progress, lambda _: None)
    end = time.perf_counter()
    report(Progress("probing", 0, 1))
    timings, counts = probe(prepared.distiller)
    return build_estimate(
        prepared.config,
        timings,
        counts,
        _memory_model(prepared, activation_bytes, available),
        prepare_seconds=(compile_start or end) - start,
        compile_seconds=None if compile_start is None else end - compile_start,
    )


def _check_fits(prepared: PreparedRun, activation_bytes: ActivationBytes, available: int) -> None:
    """Check before the measurement that the run fits in memory.

    Raises:
        MemoryShortageError: the run does not fit. The message names a setting that makes the run fit.
    """
    distiller = prepared.distiller
    if distiller.device.type != "cpu":
        return  # a GPU raises an error that the distiller handles by using less memory
    used = peak_memory_bytes(distiller.device)
    patches_at_once = distiller.inner_loop.micro_batch
    window, compute = longest_window(prepared.config.truncation), prepared.config.compute
    # The default activation cache uses at most half of the free memory, so it always fits.
    cache_requested = compute.strategy == "stored" or compute.kept_memory > 0
    memory = MemoryModel(
        fixed_bytes=max(
            distiller.micro_batch * activation_bytes.real_image, patches_at_once * activation_bytes.patch
        ),
        window_step=_step_state_bytes(prepared),
        longest_window=window,
        stored_bytes=_stored_bytes(distiller, window) if cache_requested else 0,
        image_bytes=0,
        available=available - used,
        total=total_memory_bytes(distiller.device),
        checkpoint=0,
        bundle=0,
        snapshot=0,
        real_image=activation_bytes.real_image,
        micro_batch=distiller.micro_batch,
        patch=activation_bytes.patch,
        patches_at_once=patches_at_once,
    )
    advice = memory_advice(prepared.config, memory)
    if advice:
        total = total_memory_bytes(distiller.device)
        raise MemoryShortageError(MemoryShortage(memory.peak + used, available, total, advice))


def _memory_model(prepared: PreparedRun, activation_bytes: ActivationBytes, available: int) -> MemoryModel:
    """Extrapolate the memory of the run from the peak memory of the measurement."""
    distiller, config = prepared.distiller, prepared.config
    peak, step_bytes = peak_memory_bytes(distiller.device), _step_state_bytes(prepared)
    window = longest_window(config.truncation)
    probed = probed_span(distiller).window
    stored_bytes = _stored_bytes(distiller, window)
    probed_window_bytes = probed * step_bytes + stored_bytes * probed // window
    image_bytes = 0
    if distiller.device.type == "cpu":
        # The measurement reads only few images. A run maps each image into memory on first use.
        used_share = min(1.0, config.outer.steps * distiller.real_batch / len(distiller.train))
        image_bytes = int(used_share * distiller.train.images.nbytes) + distiller.test.images.nbytes
    state = distiller.init_state(config.seed)
    snapshot = distiller.snapshot(state)
    with tempfile.TemporaryDirectory() as folder:
        run = RunDirectory(Path(folder))
        save_checkpoint(run.checkpoint_path, state)
        save_bundle(run.best_path, make_bundle(config, prepared.data, snapshot, None))
        run.save_snapshot(snapshot)
        (snapshot_path,) = run.snapshots_path.iterdir()
        return MemoryModel(
            fixed_bytes=max(0, peak - probed_window_bytes),
            window_step=step_bytes,
            longest_window=window,
            stored_bytes=stored_bytes,
            image_bytes=image_bytes,
            available=available,
            total=total_memory_bytes(distiller.device),
            checkpoint=run.checkpoint_path.stat().st_size,
            bundle=run.best_path.stat().st_size,
            snapshot=snapshot_path.stat().st_size,
            real_image=activation_bytes.real_image,
            micro_batch=distiller.micro_batch,
            patch=activation_bytes.patch,
            patches_at_once=distiller.inner_loop.micro_batch,
        )


def _step_state_bytes(prepared: PreparedRun) -> int:
    """Return the memory per inner step of a window without the activation cache, bytes."""
    parameters = prepared.distiller.fresh_network("network", 0)
    vectors = 4 if prepared.config.inner.optimizer == "adam" else 3
    return vectors * parameters.nbytes


def _stored_bytes(distiller: Distiller, window: int) -> int:
    """Return the size of the activation cache for a window, bytes."""
    cached_steps = distiller.cached_steps(window)
    return cached_steps * distiller.cached_step_bytes() if cached_steps else 0


def answer_request(line: str) -> dict[str, Any]:
    """Return the fields of the estimate of a config, or the cause of its failure as ``error``.

    Args:
        line: the config as JSON.
    """
    try:
        return asdict(estimate_run(DistillationConfig.parse(json.loads(line))))
    except MemoryShortageError as error:
        return {"error": str(error), "shortage": asdict(error.shortage)}
    except Exception as error:  # noqa: BLE001 - the caller shows the cause of every failure
        return {"error": error_text(error)}


def main() -> None:
    """Read one config from stdin and write its estimate to stdout."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)  # keep the window responsive while the user edits settings
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # send output printed by libraries to stderr, not into the answer
    answers.write(json.dumps(answer_request(sys.stdin.readline())) + "\n")
    answers.close()


if __name__ == "__main__":
    main()
