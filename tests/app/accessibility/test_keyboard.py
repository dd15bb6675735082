"""Every place without a pointer: Tab comes to everything, in a sensible order, and is seen to be there."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from focus_walk import PAGE_KEYS, describe_widget, process_layouts, rect_in, show, tab_stops
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from podd_app.style.theme import Scheme, apply_theme
from podd_app.window.main_window import MainWindow

_LONGEST_ROUND = 300
_SEEN_CONTRAST = 3.0
_SEEN_PIXELS = 12


def tab_round(window: MainWindow) -> list[QWidget]:
    """Widgets in the order in which Tab comes to them, once round."""
    window.activateWindow()
    first = window.top_bar._menu
    first.setFocus(Qt.FocusReason.TabFocusReason)
    order: list[QWidget] = []
    for _ in range(_LONGEST_ROUND):
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused in order:
            break
        order.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    return order


def part_of(window: MainWindow, widget: QWidget) -> str:
    for name, part in (
        ("top bar", window.top_bar),
        ("rail", window.rail),
        ("panel", window._panels),
        ("center", window._center),
    ):
        if part.isAncestorOf(widget):
            return name
    return "elsewhere"


@pytest.mark.parametrize("key", PAGE_KEYS)
def test_tab_comes_to_everything_part_after_part(populated_window: MainWindow, key: str) -> None:
    show(populated_window, key)
    order = tab_round(populated_window)
    missed = [describe_widget(widget) for widget in tab_stops(populated_window) if widget not in order]
    assert not missed, "\n".join(missed)
    parts = [part_of(populated_window, widget) for widget in order]
    changes = [part for part, before in zip(parts, [None, *parts], strict=False) if part != before]
    assert len(changes) == len(set(changes)), changes
    assert [part for part in changes if part != "elsewhere"][:3] == ["top bar", "rail", "center"][
        : len(changes)
    ]


@pytest.mark.parametrize("key", PAGE_KEYS)
def test_tab_goes_down_the_panel_as_one_reads(populated_window: MainWindow, key: str) -> None:
    show(populated_window, key)
    order = [widget for widget in tab_round(populated_window) if part_of(populated_window, widget) == "panel"]
    back = []
    for before, after in pairwise(order):
        above, below = (rect_in(widget, populated_window._panels) for widget in (before, after))
        same_line = above.top() < below.bottom() and below.top() < above.bottom()
        if (above.left() > below.left()) if same_line else (above.top() > below.top()):
            back.append(f"{describe_widget(before)}\n   then {describe_widget(after)}")
    assert not back, "\n".join(back)


def luminance(color: QColor) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = [color.redF(), color.greenF(), color.blueF()]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def changed_pixels(before: QImage, after: QImage) -> int:
    """Pixels that stand out by a contrast of 3 against what they were."""
    found = 0
    for y in range(before.height()):
        for x in range(before.width()):
            old, new = before.pixel(x, y), after.pixel(x, y)
            if old != new:
                low, high = sorted((luminance(QColor(old)), luminance(QColor(new))))
                found += (high + 0.05) / (low + 0.05) >= _SEEN_CONTRAST
                if found >= _SEEN_PIXELS:
                    return found
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_focus_is_always_seen(
    qapp: QApplication, make_populated_window: Callable[[], MainWindow], scheme: Scheme
) -> None:
    apply_theme(qapp, scheme)
    window = make_populated_window()
    window.activateWindow()
    unseen = []
    for key in PAGE_KEYS:
        show(window, key)
        for widget in tab_stops(window):
            if window.top_bar.isAncestorOf(widget) and key != "poster":
                continue
            widget.setFocus(Qt.FocusReason.TabFocusReason)
            process_layouts()  # a panel scrolls along
            area = rect_in(widget, window).adjusted(-3, -3, 3, 3) & QRect(window.rect())
            with_focus = window.grab(area).toImage()
            widget.clearFocus()
            without = window.grab(area).toImage()
            if changed_pixels(without, with_focus) < _SEEN_PIXELS:
                unseen.append(f"{key}: {describe_widget(widget)}")
    assert not unseen, "\n".join(unseen)
