"""What the engine thread and the window say to each other: immutable values, no Qt, no torch."""

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
    """Ask for a run of ``config`` in a new directory of ``folder``."""

    config: DistillationConfig
    folder: Path


@dataclass(frozen=True)
class ResumeRequest:
    """Ask for the run at ``path`` to go on from its checkpoint."""

    path: Path


RunRequest = NewRunRequest | ResumeRequest


@dataclass(frozen=True)
class RunMetadata:
    """What a run is, and what it told before this stretch of it.

    Args:
        config: the run's config; `order.grid` is given once the order is known.
        class_names: by class index.
        path: the run directory; None before there is one.
        reports: outer steps taken so far.
        evaluations: evaluations so far.
    """

    config: DistillationConfig
    class_names: tuple[str, ...]
    path: Path | None = None
    reports: tuple[StepReport, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()


@dataclass(frozen=True, eq=False)
class RenderedPoster:
    """The poster at a moment, as pixels for people.

    Args:
        step: outer steps it has had.
        seen: uint8 [height, width, channels], preprocessing undone.
        trained: uint8 [height, width, channels], as networks see it.
        patch_labels: float32 [patches, classes], soft labels, rows summing to 1.
        span: the poster's lowest and highest value as trained: 0 and 255 of ``trained``.
        values: float32 [channels, height, width], as trained.
    """

    step: int
    seen: NDArray[np.uint8]
    trained: NDArray[np.uint8]
    patch_labels: NDArray[np.float32]
    span: tuple[float, float]
    values: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class ComparisonPoster:
    """A poster that the one on screen is compared with.

    Args:
        path: the run directory or bundle it belongs to.
        poster: its pixels.
        config: of its run; `order.grid` is given.
        class_names: by class index.
    """

    path: Path
    poster: RenderedPoster
    config: DistillationConfig
    class_names: tuple[str, ...]


@dataclass(frozen=True)
class RunStatistics:
    """How a run is doing, for the bars of the window.

    Args:
        step: outer steps taken.
        steps_per_second: while no evaluation runs; 0 while unknown.
        seconds_remaining: evaluations included; None while unknown.
        memory_bytes: peak.
        seconds_since_save: None before the first checkpoint.
        evaluated: how much of the evaluation that is going on is done, in [0, 1]; None between them.
    """

    step: int
    steps_per_second: float
    seconds_remaining: float | None
    memory_bytes: int
    seconds_since_save: float | None
    evaluated: float | None


@dataclass(frozen=True)
class RunStream:
    """A run that has been prepared, from its start or its checkpoint to one terminal event.

    Args:
        story: what it is.
        events: as `podd_engine.runs.distill` gives them: pause at any, throw `CancelledError` to stop.
        picture: makes pixels of a snapshot.
        memory_bytes: tells the peak of memory.
        checkpoint: the file whose age is the time since the last save.
    """

    metadata: RunMetadata
    events: Generator[RunEvent, None, None]
    render: Callable[[PosterSnapshot], RenderedPoster]
    memory_bytes: Callable[[], int]
    checkpoint: Path


PrepareRun = Callable[[RunRequest, ProgressCallback, Callable[[str], None]], RunStream]
"""Prepares a run, reporting progress and notices; the report raises `CancelledError` when it should end."""
