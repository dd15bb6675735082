"""Putting the probed parts of a run together. Loads no torch."""

from dataclasses import dataclass

from podd_engine.config.schema import DistillationConfig
from podd_engine.estimate.memory_fit import MemoryModel, memory_advice
from podd_engine.runs.snapshot_retention import MAX_SNAPSHOTS

STEP_LINE_BYTES, EVALUATION_LINE_BYTES = 260, 240
"""About what the event log keeps of an outer step, and of a training length of an evaluation."""


@dataclass(frozen=True)
class StepTimings:
    """Seconds of the parts that a run repeats, measured.

    Args:
        undifferentiated: an inner step before the window.
        window: an inner step of the window, forward.
        adjoint: the same step on the way back.
        real: a micro-batch of real images.
        outer: what an outer step takes besides: draws, a fresh network, the update, a snapshot.
        training: an inner step of the networks of an evaluation that train side by side.
        measuring: the same networks on a batch of images that they are measured on.
    """

    undifferentiated: float
    window: float
    adjoint: float
    real: float
    outer: float
    training: float
    measuring: float


@dataclass(frozen=True)
class StepCounts:
    """How often a run repeats its parts.

    Args:
        undifferentiated: inner steps before the window, mean over the outer steps.
        window: inner steps of the window, likewise.
        real: micro-batches of real images an outer step.
        turns: groups of networks that an evaluation trains one after another.
        measured: batches of images that a network is measured on, at each training length.
    """

    undifferentiated: float
    window: float
    real: int
    network_groups: int
    measured: int


@dataclass(frozen=True)
class Estimate:
    """What a run will take.

    Args:
        outer_step_seconds: an outer step, on average.
        evaluation_seconds: an evaluation.
        evaluations: how many there will be.
        seconds: all outer steps and evaluations.
        prepare_seconds: reading the data before the first step, as it took now.
        compile_seconds: compiling, once for these shapes; None where the run does not compile.
        peak_memory_bytes: most memory at any time.
        available_bytes: memory there is for it.
        disk_bytes: the finished run directory.
        advice: what to change so that it fits in memory; empty where it fits.
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


def build_estimate(
    config: DistillationConfig,
    timings: StepTimings,
    counts: StepCounts,
    memory: MemoryModel,
    prepare_seconds: float,
    compile_seconds: float | None,
) -> Estimate:
    """The estimate that parts, their counts and the memory they hold amount to."""
    outer = (
        timings.outer
        + counts.undifferentiated * timings.undifferentiated
        + counts.window * (timings.window + timings.adjoint)
        + counts.real * timings.real
    )
    lengths = config.evaluation.steps
    evaluation = counts.network_groups * (
        lengths[-1] * timings.training + len(lengths) * counts.measured * timings.measuring
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
        peak_memory_bytes=memory.peak + memory.images,
        available_bytes=memory.available,
        disk_bytes=memory.checkpoint
        + memory.bundle
        + snapshots * memory.snapshot
        + steps * STEP_LINE_BYTES
        + evaluations * len(lengths) * EVALUATION_LINE_BYTES,
        advice=memory_advice(config, memory),
    )
