"""What a run tells: frozen reports of plain numbers and CPU numpy arrays."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class StepReport:
    """One outer step.

    Args:
        step: outer steps taken, this one included.
        loss: cross-entropy on the real batch at the window's end, before the poster's update.
        gradient_norm: norm of the poster's gradient before clipping.
        clip_level: norm above which it was clipped.
        learning_rate: outer step size used.
        undifferentiated: inner steps before the window.
        window: inner steps differentiated.
        seconds: time it took.
    """

    step: int
    loss: float
    gradient_norm: float
    clip_level: float
    learning_rate: float
    undifferentiated: int
    window: int
    seconds: float


@dataclass(frozen=True)
class LengthResult:
    """Fresh networks after one training length; accuracies in [0, 1], mean and deviation over networks.

    Args:
        steps: inner steps they were trained.
        test_accuracy: on all test images.
        test_accuracy_std: its standard deviation over networks.
        train_accuracy: on the real training images measured.
        train_accuracy_std: likewise.
        train_loss: mean cross-entropy on these; what the best poster is chosen by.
        test_loss: mean cross-entropy on test images.
    """

    steps: int
    test_accuracy: float
    test_accuracy_std: float
    train_accuracy: float
    train_accuracy_std: float
    train_loss: float
    test_loss: float


@dataclass(frozen=True)
class Evaluation:
    """An evaluation of the poster.

    Args:
        step: outer steps the poster has had.
        networks: fresh networks trained.
        results: one for each training length.
        best: whether this poster has the lowest real-training loss of the run so far.
        seconds: time it took.
    """

    step: int
    networks: int
    results: tuple[LengthResult, ...]
    best: bool
    seconds: float

    @property
    def best_result(self) -> LengthResult:
        """The training length with the lowest real-training loss."""
        return min(self.results, key=lambda result: result.train_loss)


@dataclass(frozen=True, eq=False)
class EvaluationDetails:
    """What networks of an evaluation say, after the training length with the lowest real-training loss.

    Args:
        step: outer steps the poster has had.
        networks: fresh networks trained.
        length: inner steps they were trained.
        confusion: int64 [classes, classes]: of the test images of each class (rows), how many were
            taken for each class (columns), summed over the networks.
        patch_predictions: float32 [patches, classes]: what they take the poster's patches for, mean
            probabilities over the networks.
    """

    step: int
    networks: int
    length: int
    confusion: NDArray[np.int64]
    patch_predictions: NDArray[np.float32]


@dataclass(frozen=True)
class PosterSnapshot:
    """The poster at a moment.

    Args:
        step: outer steps it has had.
        poster: float32 [channels, height, width], as trained.
        patch_labels: float32 [patches, classes], soft labels, rows summing to 1.
    """

    step: int
    poster: NDArray[np.float32]
    patch_labels: NDArray[np.float32]


@dataclass(frozen=True)
class Notice:
    """Something worth knowing that is not an error, in one line."""

    text: str


@dataclass(frozen=True)
class PausePoint:
    """A point inside an outer step or evaluation where the run may pause or stop."""


@dataclass(frozen=True)
class Terminal:
    """How a run ended; always its last event, exactly once.

    Args:
        kind: finished, stopped (by a person) or failed.
        step: outer steps of the last saved state.
        message: for failures one line: what happened and what to do.
        details: for failures the traceback.
    """

    kind: Literal["finished", "stopped", "failed"]
    step: int
    message: str = ""
    details: str = ""


RunEvent = StepReport | Evaluation | PosterSnapshot | Notice | PausePoint | Terminal
