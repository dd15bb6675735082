"""Construction of pages: no stray windows, and nothing cut off."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QStyle, QStyleOptionComboBox, QWidget
from pytestqt.qtbot import QtBot

from podd_app.application import create_main_window
from podd_app.models.session import Session
from podd_app.services.services import Services
from podd_app.style.formatting import format_size
from podd_app.window.main_window import MainWindow
from podd_app.window.standard_pages import standard_pages

PAGE_KEYS = [entry.key for entry in standard_pages()]


class ShownWindows(QObject):
    """Event filter that records each widget that is shown as a window."""

    def __init__(self, application: QApplication) -> None:
        super().__init__()
        self.found: list[str] = []
        self._application = application
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.found.append(type(watched).__name__)
        return False

    def stop(self) -> None:
        self._application.removeEventFilter(self)


@pytest.fixture
def shown_windows(qapp: QApplication) -> Iterator[ShownWindows]:
    recorder = ShownWindows(qapp)
    yield recorder
    recorder.stop()


@pytest.mark.parametrize("preset", ["digits", "cifar10-laptop", "tiny-imagenet-0.9ipc"])
@pytest.mark.parametrize("state", ["unchanged", "edited", "invalid"])
def test_no_page_shows_a_window_during_construction(
    qtbot: QtBot, session: Session, services: Services, shown_windows: ShownWindows, preset: str, state: str
) -> None:
    session.use_preset(preset)
    if state == "edited":
        session.edit({"outer.steps": 7}, "steps")
        session.swap_classes(0, 1)
    elif state == "invalid":
        session.edit({"poster.width": 5, "truncation.window": 10_000}, "invalid")
    for entry in standard_pages():
        page = entry.make(services)
        qtbot.addWidget(page)
        if page.panel is not None:
            qtbot.addWidget(page.panel)
    assert shown_windows.found == []


def test_no_page_shows_a_window_when_it_is_opened(window: MainWindow, shown_windows: ShownWindows) -> None:
    window.session.use_preset("cifar10-laptop")
    for key in PAGE_KEYS:
        window.show_page(key)
    assert shown_windows.found == []


def cut_off(widget: QWidget) -> list[str]:
    """Return the texts of visible drop-down lists that do not fit."""
    found = []
    for choice in widget.findChildren(QComboBox):
        option = QStyleOptionComboBox()
        choice.initStyleOption(option)
        part = QStyle.SubControl.SC_ComboBoxEditField
        room = choice.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, choice).width()
        texts = [choice.itemText(row) for row in range(choice.count())]
        if choice.isVisible():
            found += [text for text in texts if choice.fontMetrics().horizontalAdvance(text) > room]
    return found


@pytest.mark.parametrize("size", [(1024, 620), (1280, 800)])
@pytest.mark.parametrize("preset", ["cifar10-laptop", "tiny-imagenet-0.9ipc"])
def test_no_choice_is_cut_off(qtbot: QtBot, session: Session, size: tuple[int, int], preset: str) -> None:
    session.use_preset(preset)
    window = create_main_window(session=session)
    qtbot.addWidget(window)
    window.resize(*size)
    window.show()
    for key in ("poster", "settings"):
        window.show_page(key)
        qtbot.waitUntil(lambda: cut_off(window) == [])
    page = window.page_widget("poster")
    window.show_page("poster")
    hint, order = page._hint, page._order
    qtbot.waitUntil(lambda: hint.width() >= hint.fontMetrics().horizontalAdvance(hint.text()))
    assert order.geometry().right() <= order.parentWidget().rect().right()


def test_sizes_keep_their_order_in_right_to_left_languages(qapp: QApplication) -> None:
    assert format_size(1211, 608) == "1,211 × 608"
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        assert format_size(5, 2) == "\u20665 × 2\u2069"
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
