"""Soft labels of patches (PoDDL), fixed or learned.

Both kinds use a label array A [cells, classes] of class vectors and a read matrix R [patches, cells].
The label of patch i is yᵢ = (R A)ᵢ / Σ_c (R A)ᵢ_c. For learned labels, each patch reads the cells of the
label array inside its window. For fixed labels, each patch reads its own cell, and R is the identity.
Source: PoDD (arXiv 2403.12040), section 3.3.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import softmax
from torch import Tensor

from podd_engine.config.sections import LabelsConfig
from podd_engine.poster.layout import PosterLayout


@dataclass(frozen=True)
class SoftLabelScheme:
    """Initial label array and the cells that each patch reads.

    Args:
        initial: A at the start, float64 [cells, classes].
        read_matrix: R, float64 [patches, cells], 1 where a patch reads a cell and 0 elsewhere.
        learned: whether outer steps train the label array.
    """

    initial: NDArray[np.float64]
    read_matrix: NDArray[np.float64]
    learned: bool

    @property
    def patch_labels(self) -> NDArray[np.float64]:
        """Initial soft labels of all patches, float64 [patches, classes], rows sum to 1."""
        sums: NDArray[np.float64] = self.read_matrix @ self.initial
        labels: NDArray[np.float64] = sums / sums.sum(axis=1, keepdims=True)
        return labels


def build_label_scheme(
    config: LabelsConfig, layout: PosterLayout, grid: NDArray[np.int64]
) -> SoftLabelScheme:
    """Build the label scheme that ``config`` selects.

    Fixed labels follow from the pixels that a patch shares with each class region. Learned labels start
    one-hot in the class of their cell.

    Args:
        config: labels section of the config.
        layout: layout of the poster.
        grid: int64 [class rows, class columns], class index in each cell of the class grid.
    """
    class_of_cell = grid.reshape(-1)
    if config.kind == "fixed":
        overlap = np.zeros((layout.patches, layout.classes))
        overlap[:, class_of_cell] = layout.overlap
        labels = (
            softmax(overlap, axis=1) if config.rule == "softmax" else overlap / overlap.sum(1, keepdims=True)
        )
        return SoftLabelScheme(labels, np.eye(layout.patches), learned=False)
    array = layout.label_array(config.budget, config.cover_all)
    one_hot = np.eye(layout.classes)[class_of_cell[array.cell_owner.reshape(-1)]]
    return SoftLabelScheme(one_hot, array.read_matrix, learned=True)


class LabelReader:
    """Differentiable function from a label array to the soft labels of all patches.

    Args:
        scheme: determines the cells that each patch reads.
        device: device of label array and labels.
        dtype: dtype of label array and labels.
    """

    def __init__(self, scheme: SoftLabelScheme, device: torch.device, dtype: torch.dtype) -> None:
        self._read_matrix = torch.as_tensor(scheme.read_matrix, device=device, dtype=dtype)

    def __call__(self, array: Tensor) -> Tensor:
        """Return the soft labels of all patches, [patches, classes]; rows sum to 1.

        Args:
            array: A, [cells, classes]. All values are ≥ 0 and no row is zero; see `clip_labels`.
        """
        sums = self._read_matrix @ array
        return sums / sums.sum(dim=1, keepdim=True)


MIN_CELL_SUM = 1e-6
"""Sum of a class vector below which an update of the vector is rejected."""


def clip_labels(updated: Tensor, previous: Tensor) -> Tensor:
    """Clip an updated label array to ≥ 0.

    A cell whose clipped class vector is (almost) zero keeps its previous class vector. Otherwise the
    cells of a patch could sum to zero, and its normalized label would be NaN.

    Args:
        updated: label array after an outer step, [cells, classes].
        previous: label array before the step, [cells, classes]. All values are ≥ 0 and no row is zero.

    Returns:
        The label array after clipping, with the properties of ``previous``.
    """
    clipped = updated.clamp(min=0)
    emptied = clipped.sum(dim=1, keepdim=True) < MIN_CELL_SUM
    return torch.where(emptied, previous, clipped)
