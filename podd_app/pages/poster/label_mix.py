"""Initial soft label of a patch, computed without the engine."""

import numpy as np
from numpy.typing import NDArray

from podd_app.models.class_order import Grid
from podd_engine.config.sections import LabelsConfig
from podd_engine.poster.layout import PosterLayout


def initial_soft_label(
    labels: LabelsConfig, layout: PosterLayout, grid: Grid, patch: int
) -> NDArray[np.float64]:
    """Return the initial soft label of one patch.

    Args:
        labels: label settings. Fixed labels are a softmax of the shared pixels or the shares of the
            area. Learned labels are the mean of the cells that the patch reads from the label array.
        layout: geometry of the poster.
        grid: class index of each cell, row by row.
        patch: index of the patch.

    Returns:
        float64 [classes], by class index, with sum 1.
    """
    class_of_cell = np.asarray(grid).ravel()
    label: NDArray[np.float64] = np.zeros(layout.classes)
    if labels.kind == "learned":
        array = layout.label_array(labels.budget, labels.cover_all)
        np.add.at(label, class_of_cell[array.cell_owner.ravel()], array.read_matrix[patch])
        label /= label.sum()
        return label
    counts = layout.overlap[patch].astype(np.float64)
    if labels.rule == "softmax":
        counts = np.exp(counts - counts.max())
    label[class_of_cell] = counts / counts.sum()
    return label
