"""The window fits every screen, and everything is reachable in the smallest window."""

import pytest
from PySide6.QtCore import QByteArray, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from podd_app.application import create_main_window
from podd_app.models.preferences import Preferences
from podd_app.models.run_status import Phase, RunStatus
from podd_app.models.session import Session
from podd_app.window.main_window import MainWindow
from podd_app.window.window_geometry import DEFAULT_SIZE, MINIMUM_SIZE, clamped

SCREENS = {
    "laptop with a task bar": QRect(0, 0, 1366, 728),
    "1280x720": QRect(0, 0, 1280, 720),
    "1920x1080 at 200%": QRect(0, 0, 960, 540),
    "1920x1080": QRect(0, 0, 1920, 1080),
    "second screen at the left": QRect(-1920, 0, 1920, 1080),
    "below another screen": QRect(0, 1080, 1280, 720),
}


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize(
    "saved", [QRect(0, 0, 1280, 800), QRect(3000, 200, 1600, 1000), QRect(-4000, -90, 900, 500)]
)
def test_any_geometry_is_clamped_to_the_screen(screen: str, saved: QRect) -> None:
    available = SCREENS[screen]
    assert available.contains(clamped(saved, available))
    inside = QRect(available.left() + 5, available.top() + 5, 900, 500)
    assert clamped(inside, available) == inside


def test_the_smallest_window_is_at_most_900_by_500() -> None:
    assert MINIMUM_SIZE.width() <= 900
    assert MINIMUM_SIZE.height() <= 500


@pytest.mark.parametrize("screen", SCREENS)
def test_the_first_window_and_a_restored_window_fit_the_screen(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, screen: str
) -> None:
    far_away = create_main_window()
    qtbot.addWidget(far_away)
    far_away.setGeometry(1700, 900, 1600, 1000)
    saved = far_away.saveGeometry()
    far_away.close()
    monkeypatch.setattr("PySide6.QtGui.QScreen.availableGeometry", lambda _: SCREENS[screen])
    for geometry in (QByteArray(), QByteArray(b"damaged"), saved):
        Preferences().geometry = geometry
        window = create_main_window()
        qtbot.addWidget(window)
        assert SCREENS[screen].contains(window.geometry())
        window.close()


def test_a_window_of_a_removed_screen_moves_to_another(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.setGeometry(2500, 100, 1280, 800)
    remaining = SCREENS["1280x720"]
    monkeypatch.setattr("PySide6.QtGui.QScreen.availableGeometry", lambda _: remaining)
    monkeypatch.setattr(QGuiApplication, "screenAt", lambda _: None)
    qapp.screenRemoved.emit(qapp.primaryScreen())
    assert remaining.contains(window.geometry())


@pytest.mark.parametrize("page", ["data", "poster", "run", "library", "export", "settings"])
@pytest.mark.parametrize("size", [(960, 500), (900, 500)])
def test_every_part_of_a_page_is_reachable_in_a_small_window(
    qapp: QApplication, window: MainWindow, page: str, size: tuple[int, int]
) -> None:
    window.resize(*size)
    window.session.set_run_status(RunStatus(Phase.STOPPED, "Run", resumable=True))
    window.show_page(page)
    qapp.processEvents()
    assert (window.width(), window.height()) == size
    area, shown = window._page_areas[page], window.page_widget(page)
    minimum = shown.minimumSizeHint()
    assert shown.width() >= minimum.width()
    assert shown.height() >= minimum.height()
    hidden = QSize(shown.width() - area.viewport().width(), shown.height() - area.viewport().height())
    assert area.horizontalScrollBar().maximum() == hidden.width()
    assert area.verticalScrollBar().maximum() == hidden.height()
    bar = window.top_bar
    for button in (bar.panel_button, bar.draft_tab, bar.run_tab, bar.start, bar.resume, bar.run.export):
        if button.isVisible():
            right_edge = button.mapTo(window, button.rect().topRight()).x()
            assert right_edge < window.width()


def test_a_page_of_the_default_window_does_not_scroll(qapp: QApplication, window: MainWindow) -> None:
    window.resize(DEFAULT_SIZE)
    for page in ("data", "poster", "run", "library", "export", "settings"):
        window.show_page(page)
        qapp.processEvents()
        assert window._page_areas[page].verticalScrollBar().maximum() == 0, page


def test_the_side_panel_is_collapsed_by_button_and_key_and_stays_collapsed(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert window._panels.isVisible()
    width = window.page_widget("poster").width()
    qtbot.mouseClick(window.top_bar.panel_button, Qt.MouseButton.LeftButton)
    assert not window._panels.isVisible()
    qtbot.waitUntil(lambda: window.page_widget("poster").width() > width)
    window.show_page("settings")
    assert not window._panels.isVisible()
    restored = create_main_window(session=Session())
    qtbot.addWidget(restored)
    assert restored._panels.isHidden()
    assert not restored.top_bar.panel_button.isChecked()
    qtbot.keyClick(window, Qt.Key.Key_F9)
    assert window._panels.isVisible()
    assert window.top_bar.panel_button.isChecked()
