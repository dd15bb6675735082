"""From the first start to exported files with key events alone, with the real engine."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from focus_walk import named, settle
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolButton, QWidget
from pytestqt.qtbot import QtBot
from test_journey import PATIENCE_MS, SMALL, until_phase

from podd_app.application import create_main_window
from podd_app.models.run_status import Phase
from podd_app.models.session import Session
from podd_app.pages.data.dataset_card import DatasetCard
from podd_app.pages.data.gallery import Gallery
from podd_app.pages.data.page import DataPlace
from podd_app.pages.export.page import ExportPlace
from podd_app.pages.library.page import LibraryPlace
from podd_app.pages.poster.page import DesignerPlace
from podd_app.pages.run.page import RunPlace
from podd_app.window.main_window import MainWindow

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
_LONGEST_ROUND = 200


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the focus is."""
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key, modifier)
    settle()


def type_words(words: str) -> None:
    """Write where the focus is, and settle on it."""
    QTest.keyClicks(QApplication.focusWidget(), words)
    press(Key.Key_Return)


def tab_to(wanted: Callable[[QWidget], bool]) -> QWidget:
    """Press Tab until the focus is where it is wanted."""
    passed: list[QWidget] = []
    for _ in range(_LONGEST_ROUND):
        focused = QApplication.focusWidget()
        assert focused is not None
        if wanted(focused):
            return focused
        assert focused not in passed, f"Tab has gone round without coming there: {[*map(named, passed)]}"
        passed.append(focused)
        QTest.keyClick(focused, Key.Key_Tab)
    raise AssertionError("Tab goes on and on")


@pytest.fixture
def window(
    qtbot: QtBot, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MainWindow]:
    """The program's window, its files below ``tmp_path``."""
    monkeypatch.setenv("PODD_HOME", str(tmp_path))
    made = create_main_window(session=session)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitExposed(made)
    session.edit(SMALL | {"order.source": "index"}, "Small")
    yield made
    if session.run.phase.active:
        until_phase(qtbot, session, Phase.STOPPED, session.stop)


def test_from_start_to_files_without_a_pointer(
    qtbot: QtBot, window: MainWindow, session: Session, tmp_path: Path
) -> None:
    choose_data(qtbot, window)
    draw_the_poster(window, session)
    press(Key.Key_Comma, CONTROL)
    steps = window.place_widget("settings").form.rows["outer.steps"].control
    tab_to(lambda widget: widget is steps)
    type_words("6")
    assert session.config is not None
    assert session.config.outer.steps == 6

    until_phase(qtbot, session, Phase.FINISHED, lambda: press(Key.Key_Return, CONTROL))
    look_at_the_run(qtbot, window)
    go_by_the_rail(window)
    open_from_the_library(qtbot, window)
    leave_with_files(qtbot, window, tmp_path)


def choose_data(qtbot: QtBot, window: MainWindow) -> None:
    press(Key.Key_1, CONTROL)
    place = window.place_widget("data")
    assert isinstance(place, DataPlace)
    chosen = place.shelf.chosen
    qtbot.waitUntil(
        lambda: chosen.images is not None and not place.shelf.listing.running, timeout=PATIENCE_MS
    )
    first = tab_to(lambda widget: isinstance(widget, DatasetCard))
    press(Key.Key_Right)
    beside = QApplication.focusWidget()
    assert beside is not first
    assert place.cards.isAncestorOf(beside)
    press(Key.Key_Left)
    press(Key.Key_Return)
    assert isinstance(first, DatasetCard)
    assert first.is_chosen
    gallery = tab_to(lambda widget: isinstance(widget, Gallery))
    assert isinstance(gallery, Gallery)
    press(Key.Key_Down)
    press(Key.Key_Down)
    assert "class 3 of 10: 2" in gallery.accessibleDescription()
    press(Key.Key_Return)
    assert gallery.opened_class == 2
    press(Key.Key_Escape)
    assert gallery.opened_class is None


def draw_the_poster(window: MainWindow, session: Session) -> None:
    press(Key.Key_2, CONTROL)
    place = window.place_widget("poster")
    assert isinstance(place, DesignerPlace)
    assert QApplication.focusWidget() is place.canvas
    before = session.orders.shown.grid
    press(Key.Key_Right)
    assert place.canvas.selected_patch == 0
    press(Key.Key_Right, SHIFT)
    after = session.orders.shown.grid
    assert (after[0][0], after[0][1]) == (before[0][1], before[0][0])
    press(Key.Key_Down, SHIFT)
    assert session.orders.shown.grid[1][1] == before[0][0]  # the same class, two cells on
    assert place.canvas.selected_patch is not None
    assert session.orders.shown.by_hand
    press(Key.Key_Up, SHIFT)
    press(Key.Key_Up, SHIFT)  # at the edge
    assert session.orders.shown.grid == after

    width = place.controls.width_row.control
    tab_to(lambda widget: widget is width)
    type_words("40")
    assert session.layout.poster == (40, 20)
    press(Key.Key_Z, CONTROL)
    assert session.layout.poster == (32, 20)


def look_at_the_run(qtbot: QtBot, window: MainWindow) -> None:
    place = window.place_widget("run")
    assert isinstance(place, RunPlace)
    assert window.place == "run"
    tab_to(lambda widget: widget is place.canvas)
    press(Key.Key_Right)
    press(Key.Key_Down)
    assert place.inspector.patch == 1
    reel, track = place.timeline.reel, place.timeline.track
    qtbot.waitUntil(lambda: len(reel.stops) > 1, timeout=PATIENCE_MS)
    tab_to(lambda widget: widget is track)
    press(Key.Key_Home)
    assert reel.wanted == reel.stops[0]
    press(Key.Key_End)
    assert reel.wanted is None
    place._turns.finish()
    tab_to(lambda widget: widget is place.loss)
    press(Key.Key_Left)
    assert place.loss.accessibleDescription().startswith("step 6: ")
    press(Key.Key_Left)
    assert place.loss.accessibleDescription().startswith("step 5: ")
    assert place.loss._readout.isVisible()


def go_by_the_rail(window: MainWindow) -> None:
    tab_to(lambda widget: isinstance(widget, QToolButton) and window.rail.isAncestorOf(widget))
    press(Key.Key_Down)
    assert window.place == "library"
    press(Key.Key_Up)
    assert window.place == "run"


def open_from_the_library(qtbot: QtBot, window: MainWindow) -> None:
    press(Key.Key_4, CONTROL)
    place = window.place_widget("library")
    assert isinstance(place, LibraryPlace)
    qtbot.waitUntil(lambda: place.model.rowCount() == 1, timeout=PATIENCE_MS)
    tab_to(lambda widget: widget is place.cards)
    press(Key.Key_Home)
    with qtbot.waitSignal(window.session.record.pictured, timeout=PATIENCE_MS):
        press(Key.Key_Return)
    assert window.place == "run"


def leave_with_files(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    choose_from_menu(window, "Export…")
    place = window.place_widget("export")
    assert isinstance(place, ExportPlace)
    assert window.place == "export"
    desk = place.desk
    qtbot.waitUntil(lambda: desk.poster is not None, timeout=PATIENCE_MS)
    folder_field = place.controls.folder
    tab_to(lambda widget: widget is folder_field)
    press(Key.Key_A, CONTROL)
    QTest.keyClicks(QApplication.focusWidget(), str(folder / "leaving"))
    pressed = place.controls.export
    tab_to(lambda widget: widget is pressed)
    press(Key.Key_Space)
    qtbot.waitUntil(lambda: not desk.exporting, timeout=PATIENCE_MS)
    assert desk.export_trouble is None
    assert (folder / "leaving" / "poster.safetensors").is_file()


def choose_from_menu(window: MainWindow, text: str) -> None:
    """F10, Down as often as it takes, Return."""

    def choose() -> None:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        for _ in menu.actions():
            QTest.keyClick(menu, Key.Key_Down)
            active = menu.activeAction()
            if active is not None and active.text() == text:
                QTest.keyClick(menu, Key.Key_Return)
                return
        menu.close()

    QTimer.singleShot(0, window, choose)
    press(Key.Key_F10)
    window.activateWindow()  # without a window manager nobody else gives the focus back
    settle()
