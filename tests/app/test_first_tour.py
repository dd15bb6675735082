"""The tour of the first start appears once, does not cover its targets and does not block the window."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from podd_app.models.preferences import Preferences
from podd_app.pages.data.dataset_list import DatasetList
from podd_app.window.main_window import MainWindow

START_AND_CLOSE = """
import sys
from PySide6.QtWidgets import QApplication
from podd_app.__main__ import main
from podd_app.window.main_window import MainWindow

def print_state(*_):
    window = next(each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow))
    print(window.tour.is_running)
    window.close()
    return 0

QApplication.exec = print_state
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def window_with_tour(window: MainWindow) -> MainWindow:
    window.start_tour()
    return window


def start_application(home: Path, *arguments: str) -> str:
    environment = os.environ | {
        "XDG_CONFIG_HOME": str(home),
        "PODD_HOME": str(home),
        "QT_QPA_PLATFORM": "offscreen",
    }
    command = [sys.executable, "-c", START_AND_CLOSE, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def target_of(window: MainWindow) -> QRect:
    target = window.tour.steps[window.tour.number - 1].target()
    return QRect(target.mapTo(window, QPoint()), target.size())


def test_the_tour_starts_at_the_first_start_only(tmp_path: Path) -> None:
    assert start_application(tmp_path) == "True"
    assert start_application(tmp_path) == "False"


def test_the_tour_does_not_start_when_a_file_is_opened(tmp_path: Path) -> None:
    settings = tmp_path / "mine.toml"
    settings.write_text('name = "mine"\n', encoding="utf-8")
    assert start_application(tmp_path, str(settings)) == "False"


def test_the_menu_starts_the_tour(window: MainWindow) -> None:
    assert not window.tour.is_running
    assert Preferences().first_start
    window.actions_.tour.trigger()
    assert window.tour.is_running
    assert not Preferences().first_start


def test_the_first_step_points_at_the_list_of_datasets(window_with_tour: MainWindow) -> None:
    assert isinstance(window_with_tour.tour.steps[0].target(), DatasetList)


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_next_and_back_show_the_pages_in_workflow_order(
    qtbot: QtBot, window_with_tour: MainWindow, key: Qt.Key
) -> None:
    callout, seen = window_with_tour.tour.callout, []
    assert not callout.back.isVisible()
    for _ in window_with_tour.tour.steps:
        seen.append(window_with_tour.page)
        qtbot.keyClick(callout.next, key)
    assert seen == ["data", "poster", "poster", "run", "library"]
    assert not window_with_tour.tour.is_running
    assert window_with_tour.page == "poster"
    window_with_tour.start_tour()
    callout.next.click()
    callout.back.click()
    assert (window_with_tour.tour.number, window_with_tour.page) == (1, "data")


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
@pytest.mark.parametrize("size", [(1280, 800), (960, 620), (960, 500)])
def test_the_callout_is_inside_the_window_and_next_to_its_target(
    qapp: QApplication, window_with_tour: MainWindow, size: tuple[int, int], direction: Qt.LayoutDirection
) -> None:
    window_with_tour.setLayoutDirection(direction)
    window_with_tour.resize(*size)
    qapp.processEvents()
    for _ in window_with_tour.tour.steps:
        qapp.processEvents()
        card = window_with_tour.tour.callout.geometry()
        assert window_with_tour.rect().contains(card)
        assert not card.intersects(target_of(window_with_tour))
        reach = card.adjusted(-12, -12, 12, 12)
        assert reach.intersects(target_of(window_with_tour))
        window_with_tour.tour.callout.next.click()


def test_the_callout_follows_its_target_when_the_window_is_resized(
    qtbot: QtBot, window_with_tour: MainWindow
) -> None:
    callout = window_with_tour.tour.callout
    for _ in range(2):
        callout.next.click()
    before = callout.pos()
    window_with_tour.resize(1000, 700)
    qtbot.waitUntil(lambda: callout.pos() != before)
    assert not callout.geometry().intersects(target_of(window_with_tour))


def test_the_tour_continues_after_a_change_of_page(window_with_tour: MainWindow) -> None:
    window_with_tour.show_page("settings")
    assert window_with_tour.tour.is_running
    window_with_tour.tour.callout.next.click()
    assert window_with_tour.page == "poster"


@pytest.mark.parametrize("how", ["skip", "escape"])
def test_the_tour_can_be_skipped(qtbot: QtBot, window_with_tour: MainWindow, how: str) -> None:
    with qtbot.waitActive(window_with_tour):
        window_with_tour.activateWindow()
    if how == "skip":
        window_with_tour.tour.callout.skip.click()
    else:
        qtbot.keyClick(window_with_tour, Qt.Key.Key_Escape)
    assert not window_with_tour.tour.is_running
    assert window_with_tour.page == "poster"


def test_the_window_stays_usable_and_start_ends_the_tour(qtbot: QtBot, window_with_tour: MainWindow) -> None:
    with qtbot.waitSignal(window_with_tour.session.start_requested):
        qtbot.mouseClick(window_with_tour.top_bar.start, Qt.MouseButton.LeftButton)
    assert not window_with_tour.tour.is_running
    assert window_with_tour.page == "run"
    window_with_tour.session.stop()


def test_the_callout_does_not_cover_the_classes_to_drag(window_with_tour: MainWindow) -> None:
    window_with_tour.tour.callout.next.click()
    canvas = window_with_tour.page_widget("poster").canvas
    area = QRect(canvas.mapTo(window_with_tour, QPoint()), canvas.size())
    assert not window_with_tour.tour.callout.geometry().intersects(area)
