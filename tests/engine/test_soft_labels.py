"""Soft labels: initial values, label reading and clipping."""

import numpy as np
import pytest
import torch

from podd_engine.config.sections import LabelsConfig
from podd_engine.distillation.soft_labels import LabelReader, build_label_scheme, clip_labels
from podd_engine.poster.layout import PosterLayout

LAYOUT = PosterLayout((303, 303), (32, 32), (20, 20), (10, 10), (32, 32))
CPU = torch.device("cpu")


def test_learned_labels_start_one_hot_in_the_class_of_their_region() -> None:
    order = np.random.default_rng(0).permutation(100).reshape(10, 10)
    scheme = build_label_scheme(LabelsConfig(kind="learned"), LAYOUT, order)
    assert scheme.learned
    assert scheme.initial.shape == (90, 100)
    assert set(scheme.initial.sum(axis=1)) == {1.0}
    cells = scheme.initial.argmax(axis=1).reshape(10, 9)
    assert cells[0, 0] == order[0, 0]
    assert cells[-1, -1] == order[-1, -1]


def test_reading_sums_the_cells_in_the_window() -> None:
    layout = PosterLayout((64, 40), (16, 16), (7, 4), (4, 2), (16, 20))
    scheme = build_label_scheme(LabelsConfig(kind="learned", budget=8), layout, np.arange(8).reshape(2, 4))
    array = layout.label_array(8)
    assert array.window[0] > 1
    values = torch.rand(array.cells, 8, dtype=torch.float64)
    labels = LabelReader(scheme, CPU, torch.float64)(values)
    grid = values.view(array.rows, array.columns, 8)
    (width, height), index = array.window, 0
    for x in np.linspace(0, array.columns - width, 7).round().astype(int):
        for y in np.linspace(0, array.rows - height, 4).round().astype(int):
            summed = grid[y : y + height, x : x + width].sum(dim=(0, 1))
            torch.testing.assert_close(labels[index], summed / summed.sum())
            index += 1


@pytest.mark.parametrize("kind", ["fixed", "learned"])
def test_reader_reproduces_initial_labels_of_both_kinds(kind: str) -> None:
    scheme = build_label_scheme(LabelsConfig(kind=kind), LAYOUT, np.arange(100).reshape(10, 10))
    reader = LabelReader(scheme, CPU, torch.float64)
    array = torch.as_tensor(scheme.initial)
    torch.testing.assert_close(reader(array), torch.as_tensor(scheme.patch_labels))


def test_clipping_keeps_the_previous_vector_of_an_emptied_cell() -> None:
    previous = torch.eye(3, dtype=torch.float64)
    updated = torch.tensor([[-1.0, -2.0, -0.5], [0.2, -0.1, 0.3], [0.0, 0.0, 0.0]], dtype=torch.float64)
    clipped = clip_labels(updated, previous)
    assert (clipped >= 0).all()
    assert torch.equal(clipped[0], previous[0])
    assert torch.equal(clipped[1], torch.tensor([0.2, 0.0, 0.3], dtype=torch.float64))
    assert torch.equal(clipped[2], previous[2])
