"""Immutable values that the engine thread and the GUI exchange. No Qt, no torch."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from podd_engine.config.schema import DistillationConfig
from podd_engine.progress import ProgressCallback
from podd_engine.runtime.events import Evaluation, PosterSnapshot, RunEvent, StepReport


@dataclass(frozen=True)
class NewRunRequest:
    """Request to start a run.

    Args:
        config: settings of the run.
        folder: folder in which the run directory is created.
    """

    config: DistillationConfig
    folder: Path


@dataclass(frozen=True)
class ResumeRequest:
    """Request to resume the run at ``path`` from its checkpoint."""

    path: Path


RunRequest = NewRunRequest | ResumeRequest


@dataclass(frozen=True)
class RunMetadata:
    """Metadata of a run, with the reports and evaluations from before it was opened or resumed.

    Args:
        config: config of the run; ``order.grid`` is set once the class order is known.
        class_names: class names by class index.
        path: run directory; None before the directory exists.
        reports: reports of the past outer steps.
        evaluations: past evaluations.
    """

    config: DistillationConfig
    class_names: tuple[str, ...]
    path: Path | None = None
    reports: tuple[StepReport, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()


@dataclass(frozen=True, eq=False)
class RenderedPoster:
    """Poster after an outer step, as pixels for display.

    Args:
        step: number of completed outer steps.
        seen: uint8 [height, width, channels], with the preprocessing undone.
        trained: uint8 [height, width, channels], preprocessed as networks see it.
        patch_labels: float32 [patches, classes], soft labels; each row sums to 1.
        span: lowest and highest value of ``values``, shown as 0 and 255 in ``trained``.
        values: float32 [channels, height, width], preprocessed values.
    """

    step: int
    seen: NDArray[np.uint8]
    trained: NDArray[np.uint8]
    patch_labels: NDArray[np.float32]
    span: tuple[float, float]
    values: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class ComparisonPoster:
    """Reference poster that the poster on screen is compared with.

    Args:
        path: run directory or bundle that contains the reference poster.
        poster: pixels of the reference poster.
        config: config of its run; ``order.grid`` is set.
        class_names: class names by class index.
    """

    path: Path
    poster: RenderedPoster
    config: DistillationConfig
    class_names: tuple[str, ...]


@dataclass(frozen=True)
class RunStatistics:
    """Progress values of a run for the top bar and the status line.

    Args:
        step: number of completed outer steps.
        steps_per_second: outer steps per second between evaluations; 0 while unknown.
        seconds_remaining: expected remaining time in s, including evaluations; None while unknown.
        memory_bytes: peak memory.
        seconds_since_save: time since the last checkpoint in s; None before the first checkpoint.
        evaluated: completed fraction of the present evaluation, in [0, 1]; None between evaluations.
    """

    step: int
    steps_per_second: float
    seconds_remaining: float | None
    memory_bytes: int
    seconds_since_save: float | None
    evaluated: float | None


@dataclass(frozen=True)
class RunStream:
    """Prepared run with its event generator.

    Args:
        metadata: metadata of the run.
        events: generator of `podd_engine.runs.distill` or `resume`, which ends with one terminal event.
            Throw `CancelledError` into the generator to stop the run.
        render: function that renders a snapshot as pixels.
        memory_bytes: function that returns the peak memory.
        checkpoint: path of the checkpoint file. Its modification time is the time of the last save.
    """

    metadata: RunMetadata
    events: Generator[RunEvent, None, None]
    render: Callable[[PosterSnapshot], RenderedPoster]
    memory_bytes: Callable[[], int]
    checkpoint: Path


PrepareRun = Callable[[RunRequest, ProgressCallback, Callable[[str], None]], RunStream]
"""Function that prepares a run, with callbacks for progress and for notices.

The progress callback raises `CancelledError` to cancel the preparation.
"""
