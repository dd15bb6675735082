"""Class colors depend only on the index of the class."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QColor

from podd_app.canvas.poster_geometry import PosterGeometry
from podd_app.models.class_order import index_grid, swapped
from podd_app.models.session import Session
from podd_app.style.class_colors import LIGHTNESSES, class_colors
from podd_app.style.theme import DARK, LIGHT, Colors
from podd_engine.config.presets import load_preset


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


@pytest.mark.parametrize(
    ("count", "least"), [(2, 0.3), (5, 0.15), (10, 0.12), (20, 0.08), (100, 0.028), (200, 0.014)]
)
def test_colors_are_distinguishable(count: int, least: float) -> None:
    lab = np.array([oklab(color) for color in class_colors(count)])
    distance = np.linalg.norm(lab[:, None] - lab[None], axis=2) + np.eye(count)
    assert distance.min() > least


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_colors_are_visible_on_the_poster(theme: Colors) -> None:
    background = oklab(QColor(theme.surface))
    differences = [np.linalg.norm(oklab(color) - background) for color in class_colors(200)]
    assert min(differences) > 0.2
    assert all(
        min(LIGHTNESSES) - 0.01 < oklab(color)[0] < max(LIGHTNESSES) + 0.01 for color in class_colors(200)
    )


def test_further_classes_do_not_change_the_colors_of_previous_classes() -> None:
    colors = class_colors(1000)
    assert len(colors) == 1000
    assert all(class_colors(count) == colors[:count] for count in (0, 1, 2, 10, 16, 17, 100, 200))


def test_the_first_colors_stay_the_same_in_each_version() -> None:
    """Users recognize classes in saved images, so a change of these colors must be deliberate."""
    assert [color.name() for color in class_colors(5)] == [
        "#2a76c3",
        "#f8b14e",
        "#1ed7fa",
        "#b75135",
        "#c58ac3",
    ]


def test_swapped_classes_keep_their_colors() -> None:
    layout = load_preset("digits").layout
    before = PosterGeometry(layout, index_grid(5, 2), tuple("0123456789"))
    after = replace(before, grid=swapped(before.grid, 3, 4))
    assert after.cell_names[3:5] == ("4", "3")
    assert after.colors[3:5] == (before.colors[4], before.colors[3])
    assert dict(zip(after.cell_names, map(QColor.name, after.colors), strict=True)) == dict(
        zip(before.cell_names, map(QColor.name, before.colors), strict=True)
    )


def test_another_class_grid_keeps_the_colors(session: Session) -> None:
    def colors() -> dict[str, str]:
        view = PosterGeometry(session.layout, session.class_order.shown.grid, session.class_names)
        return dict(zip(view.cell_names, map(QColor.name, view.colors), strict=True))

    before = colors()
    session.edit({"poster.class_columns": 2, "poster.class_rows": 5}, "grid")
    assert session.layout.class_grid == (2, 5)
    assert colors() == before
