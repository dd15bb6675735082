"""Events of a run: frozen dataclasses of plain numbers and NumPy arrays."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class StepReport:
    """Report of one outer step.

    Args:
        step: number of outer steps taken, including this one.
        loss: mean cross-entropy on the real batch after the window, before the update of the poster.
        gradient_norm: norm of the poster's gradient before clipping.
        clip_level: norm above which the gradient is clipped.
        learning_rate: outer learning rate of this step.
        undifferentiated: warm-up steps before the window.
        window: inner steps in the differentiated window.
        seconds: duration of the step.
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
    """Result of an evaluation at one training length.

    All values are means or standard deviations over the networks. Accuracies are in [0, 1].

    Args:
        steps: training steps of each network.
        test_accuracy: accuracy on all test images.
        test_accuracy_std: standard deviation of the test accuracy.
        train_accuracy: accuracy on the real training images of the evaluation.
        train_accuracy_std: standard deviation of the train accuracy.
        train_loss: mean cross-entropy on these training images. It determines the best poster.
        test_loss: mean cross-entropy on all test images.
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
    """Evaluation of the poster at one outer step.

    Args:
        step: number of outer steps taken.
        networks: number of newly initialized networks trained.
        results: one result per training length.
        best: whether the training loss is lower than in all earlier evaluations of the run.
        seconds: duration of the evaluation.
    """

    step: int
    networks: int
    results: tuple[LengthResult, ...]
    best: bool
    seconds: float

    @property
    def best_result(self) -> LengthResult:
        """Result at the training length with the lowest training loss."""
        return min(self.results, key=lambda result: result.train_loss)


@dataclass(frozen=True, eq=False)
class EvaluationDetails:
    """Predictions of the networks of one evaluation, at the training length with the lowest training loss.

    Args:
        step: number of outer steps taken.
        networks: number of newly initialized networks trained.
        length: training steps of each network.
        confusion: int64 [classes, classes], number of test images by true class (rows) and predicted
            class (columns), summed over the networks.
        patch_predictions: float32 [patches, classes], predicted probabilities for the patches of the
            poster, averaged over the networks.
    """

    step: int
    networks: int
    length: int
    confusion: NDArray[np.int64]
    patch_predictions: NDArray[np.float32]


@dataclass(frozen=True)
class PosterSnapshot:
    """Snapshot of the poster and its soft labels.

    Args:
        step: number of outer steps taken.
        poster: float32 [channels, height, width], in the preprocessed space in which it is trained.
        patch_labels: float32 [patches, classes], soft labels, rows sum to 1.
    """

    step: int
    poster: NDArray[np.float32]
    patch_labels: NDArray[np.float32]


@dataclass(frozen=True)
class Notice:
    """Message for the user that is not an error.

    Args:
        text: one line.
    """

    text: str


@dataclass(frozen=True)
class PausePoint:
    """Point inside an outer step or evaluation where the run may pause or stop."""


@dataclass(frozen=True)
class Terminal:
    """End of a run. Every run emits exactly one, as its last event.

    Args:
        kind: ``"finished"``, ``"stopped"`` (by the user) or ``"failed"``.
        step: outer step of the last saved state.
        message: for failed runs, one line with cause and remedy.
        details: for failed runs, the traceback.
    """

    kind: Literal["finished", "stopped", "failed"]
    step: int
    message: str = ""
    details: str = ""


RunEvent = StepReport | Evaluation | PosterSnapshot | Notice | PausePoint | Terminal
"""Event of a run. The last event of a run is its `Terminal`."""
