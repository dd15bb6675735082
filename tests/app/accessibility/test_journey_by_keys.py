"""The complete workflow from the first start to exported files with the keyboard and the real engine."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from focus_walk import describe_widget, process_layouts
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolButton, QWidget
from pytestqt.qtbot import QtBot
from test_journey import SMALL, TIMEOUT_MS, wait_for_phase

from podd_app.application import create_main_window
from podd_app.models.run_status import Phase
from podd_app.models.session import Session
from podd_app.pages.data.dataset_card import DatasetCard
from podd_app.pages.data.gallery import Gallery
from podd_app.pages.data.page import DataPage
from podd_app.pages.export.page import ExportPage
from podd_app.pages.library.page import LibraryPage
from podd_app.pages.poster.page import PosterPage
from podd_app.pages.run.page import RunPage
from podd_app.window.main_window import MainWindow

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
_LONGEST_ROUND = 200


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key in the focused widget."""
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key, modifier)
    process_layouts()


def type_words(words: str) -> None:
    """Type into the focused widget and press Return."""
    QTest.keyClicks(QApplication.focusWidget(), words)
    press(Key.Key_Return)


def tab_to(wanted: Callable[[QWidget], bool]) -> QWidget:
    """Press Tab until ``wanted`` returns True for the focused widget."""
    passed: list[QWidget] = []
    for _ in range(_LONGEST_ROUND):
        focused = QApplication.focusWidget()
        assert focused is not None
        if wanted(focused):
            return focused
        assert focused not in passed, f"Tab does not reach the widget: {[*map(describe_widget, passed)]}"
        passed.append(focused)
        QTest.keyClick(focused, Key.Key_Tab)
    raise AssertionError(f"Tab order longer than {_LONGEST_ROUND} widgets")


@pytest.fixture
def window(
    qtbot: QtBot, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MainWindow]:
    """The main window with all files below ``tmp_path``."""
    monkeypatch.setenv("PODD_HOME", str(tmp_path))
    made = create_main_window(session=session)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitExposed(made)
    session.edit(SMALL | {"order.source": "index"}, "Small")
    yield made
    if session.run.phase.active:
        wait_for_phase(qtbot, session, Phase.STOPPED, session.stop)


def test_complete_workflow_by_keyboard(
    qtbot: QtBot, window: MainWindow, session: Session, tmp_path: Path
) -> None:
    choose_data(qtbot, window)
    edit_poster(window, session)
    press(Key.Key_Comma, CONTROL)
    steps = window.page_widget("settings").form.rows["outer.steps"].control
    tab_to(lambda widget: widget is steps)
    type_words("6")
    assert session.config is not None
    assert session.config.outer.steps == 6

    wait_for_phase(qtbot, session, Phase.FINISHED, lambda: press(Key.Key_Return, CONTROL))
    inspect_run(qtbot, window)
    navigate_by_rail(window)
    open_from_library(qtbot, window)
    export_files(qtbot, window, tmp_path)


def choose_data(qtbot: QtBot, window: MainWindow) -> None:
    press(Key.Key_1, CONTROL)
    page = window.page_widget("data")
    assert isinstance(page, DataPage)
    selected = page.dataset_service.selected
    qtbot.waitUntil(
        lambda: selected.images is not None and not page.dataset_service.listing.running, timeout=TIMEOUT_MS
    )
    first = tab_to(lambda widget: isinstance(widget, DatasetCard))
    press(Key.Key_Right)
    second = QApplication.focusWidget()
    assert second is not first
    assert page.cards.isAncestorOf(second)
    press(Key.Key_Left)
    press(Key.Key_Return)
    assert isinstance(first, DatasetCard)
    assert first.is_selected
    gallery = tab_to(lambda widget: isinstance(widget, Gallery))
    assert isinstance(gallery, Gallery)
    press(Key.Key_Down)
    press(Key.Key_Down)
    assert "Class 3 of 10: 2" in gallery.accessibleDescription()
    press(Key.Key_Return)
    assert gallery.opened_class == 2
    press(Key.Key_Escape)
    assert gallery.opened_class is None


def edit_poster(window: MainWindow, session: Session) -> None:
    press(Key.Key_2, CONTROL)
    page = window.page_widget("poster")
    assert isinstance(page, PosterPage)
    assert QApplication.focusWidget() is page.canvas
    before = session.class_order.shown.grid
    press(Key.Key_Right)
    assert page.canvas.selected_patch == 0
    press(Key.Key_Right, SHIFT)
    after = session.class_order.shown.grid
    assert (after[0][0], after[0][1]) == (before[0][1], before[0][0])
    press(Key.Key_Down, SHIFT)
    assert session.class_order.shown.grid[1][1] == before[0][0]  # the same class has moved two cells
    assert page.canvas.selected_patch is not None
    assert session.class_order.shown.by_hand
    press(Key.Key_Up, SHIFT)
    press(Key.Key_Up, SHIFT)  # no effect at the edge
    assert session.class_order.shown.grid == after

    width = page.controls.width_row.control
    tab_to(lambda widget: widget is width)
    type_words("40")
    assert session.layout.poster == (40, 20)
    press(Key.Key_Z, CONTROL)
    assert session.layout.poster == (32, 20)


def inspect_run(qtbot: QtBot, window: MainWindow) -> None:
    page = window.page_widget("run")
    assert isinstance(page, RunPage)
    assert window.page == "run"
    tab_to(lambda widget: widget is page.canvas)
    press(Key.Key_Right)
    press(Key.Key_Down)
    assert page.inspector.patch == 1
    snapshot_player, track = page.timeline.snapshot_player, page.timeline.track
    qtbot.waitUntil(lambda: len(snapshot_player.snapshot_steps) > 1, timeout=TIMEOUT_MS)
    tab_to(lambda widget: widget is track)
    press(Key.Key_Home)
    assert snapshot_player.selected_step == snapshot_player.snapshot_steps[0]
    press(Key.Key_End)
    assert snapshot_player.selected_step is None
    page._redraw_scheduler.flush()
    tab_to(lambda widget: widget is page.loss)
    press(Key.Key_Left)
    assert page.loss.accessibleDescription().startswith("step 6: ")
    press(Key.Key_Left)
    assert page.loss.accessibleDescription().startswith("step 5: ")
    assert page.loss._readout.isVisible()


def navigate_by_rail(window: MainWindow) -> None:
    tab_to(lambda widget: isinstance(widget, QToolButton) and window.rail.isAncestorOf(widget))
    press(Key.Key_Down)
    assert window.page == "library"
    press(Key.Key_Up)
    assert window.page == "run"


def open_from_library(qtbot: QtBot, window: MainWindow) -> None:
    press(Key.Key_4, CONTROL)
    page = window.page_widget("library")
    assert isinstance(page, LibraryPage)
    qtbot.waitUntil(lambda: page.model.rowCount() == 1, timeout=TIMEOUT_MS)
    tab_to(lambda widget: widget is page.cards)
    press(Key.Key_Home)
    with qtbot.waitSignal(window.session.run_history.poster_changed, timeout=TIMEOUT_MS):
        press(Key.Key_Return)
    assert window.page == "run"


def export_files(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    choose_from_menu(window, "Export…")
    page = window.page_widget("export")
    assert isinstance(page, ExportPage)
    assert window.page == "export"
    export_service = page.export_service
    qtbot.waitUntil(lambda: export_service.poster is not None, timeout=TIMEOUT_MS)
    folder_field = page.controls.folder
    tab_to(lambda widget: widget is folder_field)
    press(Key.Key_A, CONTROL)
    QTest.keyClicks(QApplication.focusWidget(), str(folder / "exported"))
    export_button = page.controls.export
    tab_to(lambda widget: widget is export_button)
    press(Key.Key_Space)
    qtbot.waitUntil(lambda: not export_service.exporting, timeout=TIMEOUT_MS)
    assert export_service.export_error is None
    assert (folder / "exported" / "poster.safetensors").is_file()


def choose_from_menu(window: MainWindow, text: str) -> None:
    """Open the menu with F10, select an entry with the Down key and press Return."""

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
    window.activateWindow()  # without a window manager, the focus does not return by itself
    process_layouts()
