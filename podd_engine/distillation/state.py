"""State of a distillation: everything that an outer step reads and writes."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class State:
    """Complete state of a distillation.

    On a CPU, a run that resumes from a saved state equals an uninterrupted run bit for bit. All tensors
    have the device and dtype of the run.

    Args:
        step: number of outer steps taken.
        poster: [channels, height, width].
        poster_first: first Adam moment of the poster, of the same shape.
        poster_second: second Adam moment of the poster.
        labels: label array, [cells, classes].
        labels_first: first Adam moment of the labels, of the same shape.
        labels_second: second Adam moment of the labels.
        average_norm: exponential moving average of the norm of the poster's gradient, a scalar. NaN
            before the first step.
        window_moves: number of times a moving window (backward or forward) has moved.
        stalled: number of evaluations since the training loss last improved.
        evaluated: outer step of the last evaluation.
        best_loss: lowest training loss of all evaluations. Infinite before the first.
    """

    step: int
    poster: Tensor
    poster_first: Tensor
    poster_second: Tensor
    labels: Tensor
    labels_first: Tensor
    labels_second: Tensor
    average_norm: Tensor
    window_moves: int = 0
    stalled: int = 0
    evaluated: int = 0
    best_loss: float = float("inf")
