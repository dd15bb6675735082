"""No text is cut off or overlaps at any window size and font size, in English."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from focus_walk import PAGE_KEYS, clipped, overlaps, show, truncated_texts
from PySide6.QtGui import QFont, QFontInfo
from PySide6.QtWidgets import QApplication

from podd_app.models.preparation import Preparation
from podd_app.models.run_status import Phase
from podd_app.style.theme import apply_theme, scaled, text_font
from podd_app.window.main_window import MainWindow
from podd_engine.progress import Progress


@pytest.fixture
def system_font(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[QFont]:
    """The application font with the point size of the parameter."""
    before = qapp.font()
    font = QFont(before)
    font.setPointSizeF(request.param)
    qapp.setFont(font)
    apply_theme(qapp, "light")
    try:
        yield font
    finally:
        qapp.setFont(before)
        apply_theme(qapp, "light")


def faults(window: MainWindow) -> str:
    size, found = window.size(), []
    for key in PAGE_KEYS:
        show(window, key)
        assert window.size() == size, f"{key} resized the window to {window.size().toTuple()}"
        found += [f"{key}: cut off: {each}" for each in truncated_texts(window)]
        found += [f"{key}: clipped: {each}" for each in clipped(window)]
        found += [f"{key}: overlap: {each}" for each in overlaps(window)]
    return "\n".join(found)


@pytest.mark.parametrize("size", [(900, 500), (960, 620), (1280, 800), (1600, 1000)])
def test_english_texts_fit(populated_window: MainWindow, size: tuple[int, int]) -> None:
    populated_window.resize(*size)
    assert not faults(populated_window)


@pytest.mark.parametrize("size", [(900, 500), (1280, 800)])
def test_texts_fit_while_a_run_is_prepared_for_resuming(
    populated_window: MainWindow, size: tuple[int, int]
) -> None:
    window, session = populated_window, populated_window.session
    window.resize(*size)
    preparation = Preparation()
    for stage in ("Reading the images", "Compiling the networks, which takes several minutes the first time"):
        preparation = preparation.after(Progress(stage, 3, 10), 75.0)
    session.set_run_status(
        replace(session.run, phase=Phase.STARTING, is_preparing=True, preparation=preparation)
    )
    assert not faults(window)


@pytest.mark.parametrize(
    "system_font", [*(pytest.param(size, marks=pytest.mark.slow) for size in (9, 13)), 18], indirect=True
)
def test_english_texts_fit_with_every_system_font_size(
    system_font: QFont, make_populated_window: Callable[[], MainWindow]
) -> None:
    window = make_populated_window()
    window.resize(1280, 800)
    assert (window.width(), window.height()) == (1280, 800)
    assert not faults(window)


@pytest.mark.parametrize("system_font", [18], indirect=True)
def test_small_text_scales_with_the_system_font(
    system_font: QFont, make_populated_window: Callable[[], MainWindow]
) -> None:
    window = make_populated_window()
    body = QFontInfo(window.font()).pixelSize()
    assert body >= 23
    small = QFontInfo(window.status_line._text.font()).pixelSize()
    assert 0.85 * body <= small <= body
    assert scaled(13) == body


def test_the_font_has_at_least_13_px(qapp: QApplication) -> None:
    assert text_font(qapp).pixelSize() >= 13
