"""Cost model that combines measured step times and memory into an estimate. Loads no torch."""

from dataclasses import dataclass

from podd_engine.config.schema import DistillationConfig
from podd_engine.estimate.memory_fit import MemoryModel, memory_advice
from podd_engine.runs.snapshot_retention import MAX_SNAPSHOTS

STEP_LINE_BYTES, EVALUATION_LINE_BYTES = 260, 240
"""Approximate bytes in the event log per outer step, and per training length of an evaluation."""


@dataclass(frozen=True)
class StepTimings:
    """Measured seconds of the operations that a run repeats.

    Args:
        undifferentiated: one inner step before the differentiated window.
        window: forward pass of one inner step in the window.
        adjoint: backward pass of one inner step in the window.
        real: one micro-batch of real images.
        outer: remaining time of an outer step: random draws, network initialization, update, snapshot.
        evaluation_step: one training step of all evaluation networks that train in parallel.
        evaluation_batch: one batch of test images for the same networks.
    """

    undifferentiated: float
    window: float
    adjoint: float
    real: float
    outer: float
    evaluation_step: float
    evaluation_batch: float


@dataclass(frozen=True)
class StepCounts:
    """Number of repetitions of each operation.

    Args:
        undifferentiated: mean number of inner steps before the window per outer step.
        window: mean number of inner steps in the window per outer step.
        real: micro-batches of real images per outer step.
        network_groups: groups of networks that an evaluation trains one after another.
        evaluation_batches: image batches per network and training length in an evaluation.
    """

    undifferentiated: float
    window: float
    real: int
    network_groups: int
    evaluation_batches: int


@dataclass(frozen=True)
class Estimate:
    """Estimated time, memory and disk space of a run.

    Args:
        outer_step_seconds: mean duration of an outer step.
        evaluation_seconds: duration of an evaluation.
        evaluations: number of evaluations.
        seconds: duration of all outer steps and evaluations.
        prepare_seconds: measured duration of loading the data before the first step.
        compile_seconds: duration of the compilation, needed once for these shapes. None if the run is not
            compiled.
        peak_memory_bytes: peak memory.
        available_bytes: memory available for the run.
        disk_bytes: size of the finished run directory.
        advice: setting to change so that the run fits in memory. Empty if the run fits.
        total_bytes: total memory of the device; 0 if unknown.
    """

    outer_step_seconds: float
    evaluation_seconds: float
    evaluations: int
    seconds: float
    prepare_seconds: float
    compile_seconds: float | None
    peak_memory_bytes: int
    available_bytes: int
    disk_bytes: int
    advice: str = ""
    total_bytes: int = 0


def build_estimate(
    config: DistillationConfig,
    timings: StepTimings,
    counts: StepCounts,
    memory: MemoryModel,
    prepare_seconds: float,
    compile_seconds: float | None,
) -> Estimate:
    """Combine measured times, counts and memory into an estimate.

    Args:
        config: config of the run.
        timings: seconds per operation.
        counts: number of repetitions of each operation.
        memory: memory model of the run.
        prepare_seconds: duration of loading the data.
        compile_seconds: duration of the compilation, or None.
    """
    outer = (
        timings.outer
        + counts.undifferentiated * timings.undifferentiated
        + counts.window * (timings.window + timings.adjoint)
        + counts.real * timings.real
    )
    lengths = config.evaluation.steps
    evaluation = counts.network_groups * (
        lengths[-1] * timings.evaluation_step
        + len(lengths) * counts.evaluation_batches * timings.evaluation_batch
    )
    steps = config.outer.steps
    evaluations = -(-steps // config.evaluation.every)
    snapshots = min(MAX_SNAPSHOTS, evaluations + 1)
    return Estimate(
        outer_step_seconds=outer,
        evaluation_seconds=evaluation,
        evaluations=evaluations,
        seconds=steps * outer + evaluations * evaluation,
        prepare_seconds=prepare_seconds,
        compile_seconds=compile_seconds,
        peak_memory_bytes=memory.peak + memory.image_bytes,
        available_bytes=memory.available,
        disk_bytes=memory.checkpoint
        + memory.bundle
        + snapshots * memory.snapshot
        + steps * STEP_LINE_BYTES
        + evaluations * len(lengths) * EVALUATION_LINE_BYTES,
        advice=memory_advice(config, memory),
        total_bytes=memory.total,
    )
