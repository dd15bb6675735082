"""What a confusion matrix says of one class, and of each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class ClassFigures:
    """One class in an evaluation.

    Args:
        images: its test images.
        accuracy: share of them that was taken for it, in [0, 1]; NaN where it has no test image.
        taken_for: float64 [classes], share of them that was taken for each class.
        mistaken: float64 [classes], share that each class has in the images that were taken for it.
    """

    images: int
    accuracy: float
    taken_for: NDArray[np.float64]
    mistaken: NDArray[np.float64]


def class_figures(confusion: NDArray[np.int64], networks: int, index: int) -> ClassFigures:
    """Figures of the class ``index``.

    Args:
        confusion: int64 [classes, classes], true classes in rows, summed over ``networks``.
    """
    taken_for = _shares(confusion[index])
    return ClassFigures(
        images=int(confusion[index].sum()) // networks,
        accuracy=float(taken_for[index]) if confusion[index].any() else float("nan"),
        taken_for=taken_for,
        mistaken=_shares(confusion[:, index]),
    )


def accuracies(confusion: NDArray[np.int64]) -> list[float | None]:
    """Accuracy of each class, in [0, 1]; None for one without a test image."""
    totals = confusion.sum(axis=1)
    return [
        float(right) / int(total) if total else None
        for right, total in zip(confusion.diagonal(), totals, strict=True)
    ]


def _shares(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    shares: NDArray[np.float64] = counts / max(1, int(counts.sum()))
    return shares
