"""PoDDL: the soft label of every patch, fixed or learned, through one code path.

Both kinds are a matrix of class vectors, `SoftLabels.array` [cells, classes], and a reading of it:
a patch's label is the sum of the cells it reads, divided by the sum's total. Learned labels read
the label array under their window; fixed labels have a cell of their own per patch.
Source: PoDD (arXiv 2403.12040), section 3.3.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import softmax
from torch import Tensor

from podd_engine.config.schema import LabelsConfig
from podd_engine.poster.layout import PosterLayout


@dataclass(frozen=True)
class SoftLabelScheme:
    """How labels start and how patches read them.

    Args:
        initial: float64 [cells, classes], at the start.
        reading: float64 [patches, cells], 1 where a patch reads a cell.
        learned: whether the array is trained.
    """

    initial: NDArray[np.float64]
    read_matrix: NDArray[np.float64]
    learned: bool

    @property
    def patch_labels(self) -> NDArray[np.float64]:
        """Labels of all patches at the start, float64 [patches, classes]."""
        sums: NDArray[np.float64] = self.read_matrix @ self.initial
        labels: NDArray[np.float64] = sums / sums.sum(axis=1, keepdims=True)
        return labels


def build_label_scheme(
    config: LabelsConfig, layout: PosterLayout, grid: NDArray[np.int64]
) -> SoftLabelScheme:
    """The labels that ``config`` asks for.

    Args:
        config: the labels section of the config.
        layout: the poster's layout.
        grid: int64 [class rows, class columns], the class in each cell of the class grid.
    """
    class_of_cell = grid.reshape(-1)
    if config.kind == "fixed":
        counts = np.zeros((layout.patches, layout.classes))
        counts[:, class_of_cell] = layout.overlap
        labels = (
            softmax(counts, axis=1) if config.rule == "softmax" else counts / counts.sum(1, keepdims=True)
        )
        return SoftLabelScheme(labels, np.eye(layout.patches), learned=False)
    array = layout.label_array(config.budget, config.cover_all)
    one_hot = np.eye(layout.classes)[class_of_cell[array.cell_owner.reshape(-1)]]
    return SoftLabelScheme(one_hot, array.read_matrix, learned=True)


class LabelReader:
    """Reads soft labels of patches from the label array, differentiably.

    Args:
        plan: how patches read.
        device: where labels live.
        dtype: of labels.
    """

    def __init__(self, plan: SoftLabelScheme, device: torch.device, dtype: torch.dtype) -> None:
        self._read_matrix = torch.as_tensor(plan.read_matrix, device=device, dtype=dtype)

    def __call__(self, array: Tensor) -> Tensor:
        """Soft labels of all patches, [patches, classes], rows summing to 1.

        Args:
            array: class vectors [cells, classes], ≥ 0, none all zero (`clip_labels` keeps them so).
        """
        sums = self._read_matrix @ array
        return sums / sums.sum(dim=1, keepdim=True)


MIN_CELL_SUM = 1e-6


def clip_labels(updated: Tensor, previous: Tensor) -> Tensor:
    """``updated`` clipped to ≥ 0; a cell with nothing left keeps its ``previous`` class vector.

    Without the second rule a patch's labels can sum to zero, and its normalized label is NaN.

    Args:
        updated: [cells, classes], after an outer step.
        previous: [cells, classes], before it, ≥ 0 and no cell all zero.
    """
    clipped = updated.clamp(min=0)
    emptied = clipped.sum(dim=1, keepdim=True) < MIN_CELL_SUM
    return torch.where(emptied, previous, clipped)
