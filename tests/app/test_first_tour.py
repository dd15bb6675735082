"""The tour of the first start: it comes once, points without covering, and never stands in the way."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from podd_app.models.preferences import Preferences
from podd_app.window.main_window import MainWindow

STARTING = """
import sys
from PySide6.QtWidgets import QApplication
from podd_app.__main__ import main
from podd_app.window.main_window import MainWindow

def look(*_):
    window = next(each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow))
    print(window.tour.is_running)
    window.close()
    return 0

QApplication.exec = look
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def touring(window: MainWindow) -> MainWindow:
    window.start_tour()
    return window


def start_program(home: Path, *arguments: str) -> str:
    environment = os.environ | {
        "XDG_CONFIG_HOME": str(home),
        "PODD_HOME": str(home),
        "QT_QPA_PLATFORM": "offscreen",
    }
    command = [sys.executable, "-c", STARTING, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def target_of(window: MainWindow) -> QRect:
    target = window.tour.steps[window.tour.number - 1].target()
    return QRect(target.mapTo(window, QPoint()), target.size())


def test_it_comes_at_the_very_first_start_and_never_again(tmp_path: Path) -> None:
    assert start_program(tmp_path) == "True"
    assert start_program(tmp_path) == "False"


def test_who_opens_something_is_not_interrupted(tmp_path: Path) -> None:
    settings = tmp_path / "mine.toml"
    settings.write_text('name = "mine"\n', encoding="utf-8")
    assert start_program(tmp_path, str(settings)) == "False"


def test_a_window_by_itself_shows_none_and_the_menu_offers_it(window: MainWindow) -> None:
    assert not window.tour.is_running
    assert Preferences().first_start
    window.actions_.tour.trigger()
    assert window.tour.is_running
    assert not Preferences().first_start


def test_next_and_back_lead_through_the_places_in_the_order_of_the_work(
    qtbot: QtBot, touring: MainWindow
) -> None:
    callout, seen = touring.tour.callout, []
    assert not callout.back.isVisible()
    for _ in touring.tour.steps:
        seen.append(touring.page)
        qtbot.keyClick(callout.next, Qt.Key.Key_Space)
    assert seen == ["data", "poster", "poster", "run", "library"]
    assert not touring.tour.is_running
    assert touring.page == "poster"
    touring.start_tour()
    callout.next.click()
    callout.back.click()
    assert (touring.tour.number, touring.page) == (1, "data")


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
@pytest.mark.parametrize("size", [(1280, 800), (960, 620)])
def test_a_callout_lies_in_the_window_beside_what_it_points_at(
    qapp: QApplication, touring: MainWindow, size: tuple[int, int], direction: Qt.LayoutDirection
) -> None:
    touring.setLayoutDirection(direction)
    touring.resize(*size)
    qapp.processEvents()
    for _ in touring.tour.steps:
        qapp.processEvents()
        card = touring.tour.callout.geometry()
        assert touring.rect().contains(card)
        assert not card.intersects(target_of(touring))
        reach = card.adjusted(-12, -12, 12, 12)
        assert reach.intersects(target_of(touring))
        touring.tour.callout.next.click()


def test_a_callout_follows_when_the_window_is_resized(qtbot: QtBot, touring: MainWindow) -> None:
    callout = touring.tour.callout
    for _ in range(2):
        callout.next.click()
    before = callout.pos()
    touring.resize(1000, 700)
    qtbot.waitUntil(lambda: callout.pos() != before)
    assert not callout.geometry().intersects(target_of(touring))


def test_going_elsewhere_keeps_the_tour(touring: MainWindow) -> None:
    touring.show_page("settings")
    assert touring.tour.is_running
    touring.tour.callout.next.click()
    assert touring.page == "poster"


@pytest.mark.parametrize("how", ["skip", "escape"])
def test_it_can_be_skipped(qtbot: QtBot, touring: MainWindow, how: str) -> None:
    with qtbot.waitActive(touring):
        touring.activateWindow()
    if how == "skip":
        touring.tour.callout.skip.click()
    else:
        qtbot.keyClick(touring, Qt.Key.Key_Escape)
    assert not touring.tour.is_running
    assert touring.page == "poster"


def test_the_window_answers_meanwhile_and_start_ends_the_tour(qtbot: QtBot, touring: MainWindow) -> None:
    with qtbot.waitSignal(touring.session.start_requested):
        qtbot.mouseClick(touring.top_bar.start, Qt.MouseButton.LeftButton)
    assert not touring.tour.is_running
    assert touring.page == "run"
    touring.session.stop()
