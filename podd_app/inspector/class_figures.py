"""Accuracy and confusions of classes, computed from a confusion matrix."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class ClassFigures:
    """Figures of one class in an evaluation.

    Args:
        images: number of test images of the class.
        accuracy: share of these images that is classified correctly, in [0, 1]. NaN if the class has no
            test images.
        predicted_as: float64 [classes], share of these images that is predicted as each class.
        mistaken_for_it: float64 [classes], share of each true class among all images that are predicted
            as this class.
    """

    images: int
    accuracy: float
    predicted_as: NDArray[np.float64]
    mistaken_for_it: NDArray[np.float64]


def class_figures(confusion: NDArray[np.int64], networks: int, index: int) -> ClassFigures:
    """Compute the figures of one class.

    Args:
        confusion: int64 [classes, classes], confusion matrix summed over the networks. Rows are true
            classes, columns are predicted classes.
        networks: number of networks in ``confusion``.
        index: index of the class.
    """
    predicted_as = _shares(confusion[index])
    return ClassFigures(
        images=int(confusion[index].sum()) // networks,
        accuracy=float(predicted_as[index]) if confusion[index].any() else float("nan"),
        predicted_as=predicted_as,
        mistaken_for_it=_shares(confusion[:, index]),
    )


def accuracies(confusion: NDArray[np.int64]) -> list[float | None]:
    """Return the accuracy of each class, in [0, 1], or None for a class without test images.

    Args:
        confusion: int64 [classes, classes], with true classes in rows.
    """
    totals = confusion.sum(axis=1)
    return [
        float(correct) / int(total) if total else None
        for correct, total in zip(confusion.diagonal(), totals, strict=True)
    ]


def _shares(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    shares: NDArray[np.float64] = counts / max(1, int(counts.sum()))
    return shares
