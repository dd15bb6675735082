"""Nothing is cut and nothing overlaps: in English at every size of the window, and with larger letters."""

from collections.abc import Callable, Iterator

import pytest
from focus_walk import PAGE_KEYS, clipped, overlaps, show, truncated_texts
from PySide6.QtGui import QFont, QFontInfo
from PySide6.QtWidgets import QApplication

from podd_app.style.theme import apply_theme, scaled, text_font
from podd_app.window.main_window import MainWindow


@pytest.fixture
def lettered(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[QFont]:
    """The application's font at the points of the parameter."""
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
        assert window.size() == size, f"{key} made the window {window.size().toTuple()}"
        found += [f"{key}: cut: {each}" for each in truncated_texts(window)]
        found += [f"{key}: clipped: {each}" for each in clipped(window)]
        found += [f"{key}: overlap: {each}" for each in overlaps(window)]
    return "\n".join(found)


@pytest.mark.parametrize("size", [(960, 620), (1280, 800), (1600, 1000)])
def test_english_has_its_room(populated_window: MainWindow, size: tuple[int, int]) -> None:
    populated_window.resize(*size)
    assert not faults(populated_window)


@pytest.mark.parametrize("lettered", [9, 13, 18], indirect=True)
def test_letters_as_large_as_the_system_has_them_have_their_room(
    lettered: QFont, make_populated_window: Callable[[], MainWindow]
) -> None:
    window = make_populated_window()
    window.resize(1280, 800)
    assert (window.width(), window.height()) == (1280, 800)
    assert not faults(window)


@pytest.mark.parametrize("lettered", [18], indirect=True)
def test_small_letters_grow_along(lettered: QFont, make_populated_window: Callable[[], MainWindow]) -> None:
    window = make_populated_window()
    body = QFontInfo(window.font()).pixelSize()
    assert body >= 23
    small = QFontInfo(window.status_line._text.font()).pixelSize()
    assert 0.85 * body <= small <= body
    assert scaled(13) == body


def test_the_programs_font_is_the_systems_own_never_smaller_than_13_px(qapp: QApplication) -> None:
    assert text_font(qapp).pixelSize() >= 13
