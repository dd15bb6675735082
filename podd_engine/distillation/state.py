"""The state of a distillation: all that an outer step reads and writes."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class State:
    """Explicit and complete: a checkpoint of it resumes bit for bit on the CPU.

    Args:
        step: outer steps taken.
        poster: [channels, height, width].
        poster_first, poster_second: Adam moments of the poster.
        labels: label array, [cells, classes].
        labels_first, labels_second: Adam moments of the labels.
        average_norm: exponential average of the poster's gradient norm, a scalar; NaN before the first.
        window_moves: how often a moving window (backward, forward) has moved.
        stalled: evaluations since the real-training loss was last better.
        evaluated: outer step of the last evaluation.
        best_loss: lowest real-training loss of an evaluation so far; infinite before the first.
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
