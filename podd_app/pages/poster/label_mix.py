"""The soft label a patch starts with."""

import numpy as np
from numpy.typing import NDArray

from podd_app.models.class_order import Grid
from podd_engine.config.schema import LabelsConfig
from podd_engine.poster.layout import PosterLayout


def label_mix(labels: LabelsConfig, layout: PosterLayout, grid: Grid, patch: int) -> NDArray[np.float64]:
    """Initial soft label of one patch, float64 [classes], by class index, summing to 1.

    Args:
        labels: fixed (softmax of shared pixels, or share of the area) or learned (the cells the
            patch reads from the label array).
        layout: geometry.
        grid: class index of each cell, row by row.
        patch: index of the patch.
    """
    class_of_cell = np.asarray(grid).ravel()
    mix: NDArray[np.float64] = np.zeros(layout.classes)
    if labels.kind == "learned":
        array = layout.label_array(labels.budget, labels.cover_all)
        np.add.at(mix, class_of_cell[array.cell_owner.ravel()], array.read_matrix[patch])
        mix /= mix.sum()
        return mix
    counts = layout.overlap[patch].astype(np.float64)
    if labels.rule == "softmax":
        counts = np.exp(counts - counts.max())
    mix[class_of_cell] = counts / counts.sum()
    return mix
