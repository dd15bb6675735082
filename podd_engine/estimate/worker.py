"""The estimate of a run, from its settings to the answer; for a process of its own.

``python -m podd_engine.estimate.worker`` reads a config as JSON from its input and writes a line of JSON:
an `Estimate`, or ``{"error": …}``. The most memory that a process has held says something only where
it has done this one thing.
"""

import json
import os
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil
import torch

from podd_engine.config.schema import DistillationConfig
from podd_engine.distillation.compile_policy import COMPILE_PROGRESS_LABEL
from podd_engine.distillation.distiller import Distiller
from podd_engine.errors import OutOfMemoryError, PoddError
from podd_engine.estimate.activation_memory import ActivationBytes, measure_activation_bytes
from podd_engine.estimate.cost_model import Estimate, build_estimate
from podd_engine.estimate.memory_fit import MemoryModel, memory_advice
from podd_engine.estimate.probe import longest_window, probe, probed_span
from podd_engine.progress import Progress, ProgressCallback, ignore_progress
from podd_engine.runs.bundle import make_bundle, save_bundle
from podd_engine.runs.checkpoint import save_checkpoint
from podd_engine.runs.directory import RunDirectory
from podd_engine.runs.preparation import PreparedRun, compile_if_worthwhile, prepare_uncompiled
from podd_engine.runs.summary import peak_memory_bytes

NICENESS = 5
"""How much an estimate stands back behind other processes."""


def estimate_run(
    config: DistillationConfig, cache: Path | None = None, report: ProgressCallback = ignore_progress
) -> Estimate:
    """Prepare ``config`` as for a run, compiled if the run would be, and probe it for a few seconds.

    Args:
        config: of the run.
        cache: cache folder; None: the system's. What is prepared or compiled is kept there for the run.
        report: receives progress; raising `CancelledError` from it ends the preparation.

    Raises:
        PoddError: the run could not start.
    """
    available = _available_bytes()
    compiling_at: float | None = None

    def follow(progress: Progress) -> None:
        nonlocal compiling_at
        if progress.what == COMPILE_PROGRESS_LABEL:
            compiling_at = compiling_at or time.perf_counter()
        report(progress)

    began = time.perf_counter()
    prepared = prepare_uncompiled(config, cache, follow)
    weights = measure_activation_bytes(prepared.distiller)
    _check_fits(prepared, weights, available)
    compile_if_worthwhile(prepared, cache, follow, lambda _: None)
    ended = time.perf_counter()
    report(Progress("probing", 0, 1))
    timings, counts = probe(prepared.distiller)
    return build_estimate(
        prepared.config,
        timings,
        counts,
        _memory_model(prepared, weights, available),
        prepare_seconds=(compiling_at or ended) - began,
        compile_seconds=None if compiling_at is None else ended - compiling_at,
    )


def _available_bytes() -> int:
    """Memory that a run could take now."""
    if torch.cuda.is_available():
        free, _ = torch.cuda.mem_get_info()
        return free
    return psutil.virtual_memory().available


def _check_fits(prepared: PreparedRun, weights: ActivationBytes, available: int) -> None:
    """See that the run can be probed at all, from what little of it has been held.

    Raises:
        OutOfMemoryError: it does not fit, with the setting that would.
    """
    distiller = prepared.distiller
    if distiller.device.type != "cpu":
        return  # a GPU says so itself, and the distiller settles for less
    activation_bytes = max(
        distiller.micro_batch * weights.real_image, distiller.inner_loop.micro_batch * weights.patch
    )
    window, compute = longest_window(prepared.config.truncation), prepared.config.compute
    # What is kept unasked is at most half of what is free.
    asked = compute.strategy == "stored" or compute.kept_memory > 0
    memory = MemoryModel(
        base=activation_bytes,
        window_step=_step_state_bytes(prepared),
        longest_window=window,
        kept=_kept_bytes(distiller, window) if asked else 0,
        images=0,
        available=available - peak_memory_bytes(),
        checkpoint=0,
        bundle=0,
        snapshot=0,
        real_image=weights.real_image,
        micro_batch=distiller.micro_batch,
        patch=weights.patch,
        part=distiller.inner_loop.micro_batch,
    )
    advice = memory_advice(prepared.config, memory)
    if advice:
        needed = (memory.peak + peak_memory_bytes()) / 1e9
        raise OutOfMemoryError(
            f"needs {needed:.1f} GB of memory, but {available / 1e9:.1f} GB are free; {advice}"
        )


def _memory_model(prepared: PreparedRun, weights: ActivationBytes, available: int) -> MemoryModel:
    """What the run holds, from what the probe has held."""
    distiller, config = prepared.distiller, prepared.config
    peak, trail = peak_memory_bytes(), _step_state_bytes(prepared)
    window = longest_window(config.truncation)
    probed = probed_span(distiller).window
    kept = _kept_bytes(distiller, window)
    held = probed * trail + kept * probed // window
    mapped = 0
    if distiller.device.type == "cpu":
        # The probe has looked at few of the images, which a run maps into memory as it comes by them.
        shown = min(1.0, config.outer.steps * distiller.real_batch / len(distiller.train))
        mapped = int(shown * distiller.train.images.nbytes) + distiller.test.images.nbytes
    state = distiller.init_state(config.seed)
    snapshot = distiller.snapshot(state)
    with tempfile.TemporaryDirectory() as folder:
        run = RunDirectory(Path(folder))
        save_checkpoint(run.checkpoint_path, state)
        save_bundle(run.best_path, make_bundle(config, prepared.data, snapshot, None))
        run.save_snapshot(snapshot)
        (kept_snapshot,) = run.snapshots_path.iterdir()
        return MemoryModel(
            base=max(0, peak - held),
            window_step=trail,
            longest_window=window,
            kept=kept,
            images=mapped,
            available=available,
            checkpoint=run.checkpoint_path.stat().st_size,
            bundle=run.best_path.stat().st_size,
            snapshot=kept_snapshot.stat().st_size,
            real_image=weights.real_image,
            micro_batch=distiller.micro_batch,
            patch=weights.patch,
            part=distiller.inner_loop.micro_batch,
        )


def _step_state_bytes(prepared: PreparedRun) -> int:
    """What each inner step of a window adds to the memory held where nothing of it is kept."""
    parameters = prepared.distiller.fresh_network("network", 0)
    moments = 3 if prepared.config.inner.optimizer == "adam" else 2
    return (moments + 1) * parameters.nbytes


def _kept_bytes(distiller: Distiller, window: int) -> int:
    """What is held of the steps of a window that are kept."""
    kept = distiller.cached_steps(window)
    return kept * distiller.cached_step_bytes() if kept else 0


def main() -> None:
    """Answer one question."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)  # a person goes on with their settings meanwhile
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print must not end up in the answer
    answer: dict[str, Any]
    try:
        answer = asdict(estimate_run(DistillationConfig.parse(json.loads(sys.stdin.readline()))))
    except PoddError as error:
        answer = {"error": str(error)}
    answers.write(json.dumps(answer) + "\n")
    answers.close()


if __name__ == "__main__":
    main()
