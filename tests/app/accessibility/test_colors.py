"""Contrast of text and focus rings, and distinguishability of class colors and plot lines.

The checks cover color vision deficiencies and grayscale print.
"""

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from podd_app.pages.run.page import RunPage
from podd_app.style.class_colors import class_colors
from podd_app.style.theme import DARK, LIGHT, Colors
from podd_app.window.main_window import MainWindow

TEXT_CONTRAST = 4.5
CONTROL_CONTRAST = 3.0
"""WCAG 2.2, 1.4.3 and 1.4.11."""
CLASS_DISTANCE = 10.0
LINE_DISTANCE = 10.0
"""CIE Lab, ΔE*ab (1976). A difference of 2.3 is just noticeable."""

# Machado, Oliveira and Fernandes (2009), severity 1, on linear sRGB. Gray is relative luminance.
COLOR_VISIONS: dict[str, NDArray[np.float64]] = {
    "all colors": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
    "print in gray": np.tile([0.2126, 0.7152, 0.0722], (3, 1)),
}
_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])


def linear(color: QColor) -> NDArray[np.float64]:
    encoded = np.array([color.redF(), color.greenF(), color.blueF()])
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def lab(color: QColor, vision: str) -> NDArray[np.float64]:
    """Return the CIE Lab values (D65) of a color for one kind of color vision."""
    seen = np.clip(COLOR_VISIONS[vision] @ linear(color), 0, 1)
    xyz = _TO_XYZ @ seen / _WHITE
    cube_root = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array(
        [116 * cube_root[1] - 16, 500 * (cube_root[0] - cube_root[1]), 200 * (cube_root[1] - cube_root[2])]
    )


def contrast(first: str, second: str) -> float:
    low, high = sorted(
        float(COLOR_VISIONS["print in gray"][0] @ linear(QColor(name))) for name in (first, second)
    )
    return (high + 0.05) / (low + 0.05)


def over(front: QColor, back: str) -> QColor:
    """Blend a translucent color with an opaque background."""
    alpha, background = front.alphaF(), QColor(back)
    mixed = [
        alpha * a + (1 - alpha) * b
        for a, b in zip(front.getRgbF()[:3], background.getRgbF()[:3], strict=True)  # type: ignore[index]
    ]
    return QColor.fromRgbF(*mixed)


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_text_has_sufficient_contrast_on_every_background(colors: Colors) -> None:
    backgrounds = ("window", "surface", "card", "field", "hover", "canvas", "error_field")
    failing = [
        f"{ink} on {background}: {found:.2f}"
        for ink in ("text", "muted", "accent", "accent_strong", "error", "good")
        for background in backgrounds
        if (found := contrast(getattr(colors, ink), getattr(colors, background))) < TEXT_CONTRAST
    ]
    for background in (colors.accent, colors.accent_strong):
        assert contrast(colors.on_accent, background) >= TEXT_CONTRAST
    assert not failing, ", ".join(failing)


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_focus_rings_and_controls_have_sufficient_contrast(colors: Colors) -> None:
    failing = [
        f"{name} on {background}: {found:.2f}"
        for name in ("accent", "second", "muted", "selection")
        for background in ("window", "surface", "card", "field", "canvas")
        if (found := contrast(getattr(colors, name), getattr(colors, background))) < CONTROL_CONTRAST
    ]
    assert not failing, ", ".join(failing)


@pytest.mark.parametrize("vision", [vision for vision in COLOR_VISIONS if vision != "print in gray"])
def test_colors_of_ten_classes_are_distinguishable(vision: str) -> None:
    """Further classes, and grayscale print, need the names of the classes."""
    seen = np.array([lab(color, vision) for color in class_colors(10)])
    distances = np.linalg.norm(seen[:, None] - seen[None], axis=2)[~np.eye(10, dtype=bool)]
    assert distances.min() >= CLASS_DISTANCE


@pytest.mark.parametrize("vision", COLOR_VISIONS)
@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_plot_lines_differ_in_color_or_style(
    populated_window: MainWindow, colors: Colors, vision: str
) -> None:
    page = populated_window.page_widget("run")
    assert isinstance(page, RunPage)
    for card in (page.accuracy, page.loss, page.gradient):
        card._curves.set_colors(colors)
        drawn = [(item.opts["pen"], item.opts["symbol"]) for item in card.view.plotItem.listDataItems()]
        pens = [(pen, mark) for pen, mark in drawn if pen is not None]
        assert len(pens) > 1
        for index, first in enumerate(pens):
            for second in pens[index + 1 :]:
                assert style_of(*first) != style_of(*second) or distinguishable(
                    first[0], second[0], colors, vision
                ), card.title


def style_of(pen: QPen, mark: str | None) -> tuple[Qt.PenStyle, str | None]:
    """Return the line style and marker, which do not depend on the color."""
    return pen.style(), mark


def distinguishable(first: QPen, second: QPen, colors: Colors, vision: str) -> bool:
    seen = [lab(over(pen.color(), colors.surface), vision) for pen in (first, second)]
    return bool(np.linalg.norm(seen[0] - seen[1]) >= LINE_DISTANCE)


def test_class_names_accompany_class_colors(populated_window: MainWindow) -> None:
    """Colors of many classes are similar, so names are required."""
    page = populated_window.page_widget("run")
    assert isinstance(page, RunPage)
    bars = page.inspector.patch_page.label.bars.bars
    assert bars
    assert all(bar.name for bar in bars)
    assert page.canvas.classes_shown
