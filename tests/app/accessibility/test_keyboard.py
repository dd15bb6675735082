"""Keyboard navigation on every page: Tab reaches all widgets in reading order with visible focus."""

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
_MIN_CONTRAST = 3.0
_MIN_PIXELS = 12


def tab_order(window: MainWindow) -> list[QWidget]:
    """Return all widgets in tab order."""
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


def region_of(window: MainWindow, widget: QWidget) -> str:
    for name, part in (
        ("top bar", window.top_bar),
        ("rail", window.rail),
        ("panel", window._panels),
        ("center", window._center),
    ):
        if part.isAncestorOf(widget):
            return name
    return "elsewhere"


def test_tab_reaches_all_widgets_region_by_region(populated_window: MainWindow) -> None:
    for key in PAGE_KEYS:
        show(populated_window, key)
        order = tab_order(populated_window)
        missed = [describe_widget(widget) for widget in tab_stops(populated_window) if widget not in order]
        assert not missed, "\n".join([key, *missed])
        regions = [region_of(populated_window, widget) for widget in order]
        changes = [
            region for region, before in zip(regions, [None, *regions], strict=False) if region != before
        ]
        assert len(changes) == len(set(changes)), (key, changes)
        known = [region for region in changes if region != "elsewhere"][:3]
        assert known == ["top bar", "rail", "center"][: len(changes)], (key, changes)


def test_tab_order_of_the_panel_follows_the_reading_order(populated_window: MainWindow) -> None:
    misplaced = []
    for key in PAGE_KEYS:
        show(populated_window, key)
        order = [
            widget for widget in tab_order(populated_window) if region_of(populated_window, widget) == "panel"
        ]
        for before, after in pairwise(order):
            above, below = (rect_in(widget, populated_window._panels) for widget in (before, after))
            same_line = above.top() < below.bottom() and below.top() < above.bottom()
            if (above.left() > below.left()) if same_line else (above.top() > below.top()):
                misplaced.append(f"{key}: {describe_widget(before)}\n   then {describe_widget(after)}")
    assert not misplaced, "\n".join(misplaced)


def luminance(color: QColor) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = [color.redF(), color.greenF(), color.blueF()]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def changed_pixels(before: QImage, after: QImage) -> int:
    """Count the pixels whose old and new color have a contrast of at least 3. Stop at `_MIN_PIXELS`."""
    found = 0
    for y in range(before.height()):
        for x in range(before.width()):
            old, new = before.pixel(x, y), after.pixel(x, y)
            if old != new:
                low, high = sorted((luminance(QColor(old)), luminance(QColor(new))))
                found += (high + 0.05) / (low + 0.05) >= _MIN_CONTRAST
                if found >= _MIN_PIXELS:
                    return found
    return found


@pytest.mark.parametrize("scheme", [pytest.param("light", marks=pytest.mark.slow), "dark"])
def test_the_focus_is_visible_on_every_widget(
    qapp: QApplication, make_populated_window: Callable[[], MainWindow], scheme: Scheme
) -> None:
    apply_theme(qapp, scheme)
    window = make_populated_window()
    window.activateWindow()
    invisible = []
    for key in PAGE_KEYS:
        show(window, key)
        for widget in tab_stops(window):
            if window.top_bar.isAncestorOf(widget) and key != "poster":
                continue
            widget.setFocus(Qt.FocusReason.TabFocusReason)
            process_layouts()  # the panel scrolls to the widget
            area = rect_in(widget, window).adjusted(-3, -3, 3, 3) & QRect(window.rect())
            with_focus = window.grab(area).toImage()
            widget.clearFocus()
            without = window.grab(area).toImage()
            if changed_pixels(without, with_focus) < _MIN_PIXELS:
                invisible.append(f"{key}: {describe_widget(widget)}")
    assert not invisible, "\n".join(invisible)
