"""Class colors depend on the positions in the class grid."""

import numpy as np
import pytest
from PySide6.QtGui import QColor

from podd_app.style.class_colors import LIGHTNESS, LIGHTNESS_STEP, class_colors


def oklab(color: QColor) -> np.ndarray:
    """Convert sRGB to OKLab (Ottosson 2020), independently of the application."""
    encoded = np.array([color.redF(), color.greenF(), color.blueF()])
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    to_lms = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    to_lab = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )
    return to_lab @ np.cbrt(to_lms @ linear)


@pytest.mark.parametrize("grid", [(5, 2), (10, 10), (20, 10), (1, 7), (10, 1), (1, 1), (3, 3)])
def test_lightness_alternates_by_a_small_step(grid: tuple[int, int]) -> None:
    colors = class_colors(grid)
    assert len(colors) == grid[0] * grid[1]
    lightness = np.array([oklab(color)[0] for color in colors]).reshape(grid[1], grid[0])
    assert np.allclose(abs(lightness - LIGHTNESS), LIGHTNESS_STEP, atol=0.01)
    for axis in (0, 1):
        assert np.allclose(abs(np.diff(lightness, axis=axis)), 2 * LIGHTNESS_STEP, atol=0.01)


@pytest.mark.parametrize("grid", [(5, 2), (10, 1)])
def test_colors_of_few_classes_are_distinguishable(grid: tuple[int, int]) -> None:
    lab = np.array([oklab(color) for color in class_colors(grid)])
    distance = np.linalg.norm(lab[:, None] - lab[None], axis=2) + np.eye(len(lab))
    assert distance.min() > 0.035


def test_adjacent_classes_have_similar_hue_and_chroma() -> None:
    columns, rows = 20, 10
    lab = np.array([oklab(color) for color in class_colors((columns, rows))]).reshape(rows, columns, 3)
    lab = lab[..., 1:]  # without the lightness, which alternates
    horizontal = np.linalg.norm(np.diff(lab, axis=1), axis=2).mean()
    vertical = np.linalg.norm(np.diff(lab, axis=0), axis=2).mean()
    flat = lab.reshape(-1, 2)
    all_pairs = np.linalg.norm(flat[:, None] - flat[None], axis=2).mean()
    assert max(horizontal, vertical) < 0.3 * all_pairs
