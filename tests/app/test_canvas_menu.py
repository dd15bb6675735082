"""Context menu of the poster canvas."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from podd_app.canvas.canvas_menu import CanvasMenu
from podd_app.canvas.poster_canvas import PosterCanvas
from podd_app.canvas.poster_geometry import PosterGeometry
from podd_app.models.class_order import index_grid
from podd_app.models.run_status import ErrorReport
from podd_app.models.session import Session

PIXELS = np.random.default_rng(0).integers(0, 256, (20, 32, 3), dtype=np.uint8)


@pytest.fixture
def canvas(qtbot: QtBot, session: Session) -> PosterCanvas:
    made = PosterCanvas()
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.set_view(PosterGeometry(session.layout, index_grid(5, 2), tuple("0123456789")))
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def menu(session: Session, canvas: PosterCanvas) -> CanvasMenu:
    return CanvasMenu(session, canvas)


def titles(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def trigger(menu: QMenu, title: str) -> None:
    next(action for action in menu.actions() if action.text() == title).trigger()


def test_a_patch_can_be_selected_and_the_selection_cleared(canvas: PosterCanvas, menu: CanvasMenu) -> None:
    assert titles(menu.create(None)) == ["Show the whole poster"]
    trigger(menu.create(3), "Select patch 4")
    assert canvas.selected_patch == 3
    assert titles(menu.create(3)) == ["Clear the selection", "Show the whole poster"]
    trigger(menu.create(3), "Clear the selection")
    assert canvas.selected_patch is None


def test_the_image_is_copied_and_saved_without_scaling(
    canvas: PosterCanvas, menu: CanvasMenu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    canvas.set_image(PIXELS)
    trigger(menu.create(None), "Copy image")
    copied = QGuiApplication.clipboard().image()
    assert (copied.width(), copied.height()) == (32, 20)
    assert copied.pixelColor(5, 7).getRgb()[:3] == tuple(PIXELS[7, 5])
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "mine"), ""))
    trigger(menu.create(None), "Save image…")
    assert np.array_equal(np.asarray(Image.open(tmp_path / "mine.png").convert("RGB")), PIXELS)


def test_a_write_error_is_reported(
    qtbot: QtBot,
    session: Session,
    canvas: PosterCanvas,
    menu: CanvasMenu,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    canvas.set_image(PIXELS)
    (tmp_path / "file").touch()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "file" / "x.png"), ""))
    with qtbot.waitSignal(session.error_reported) as reported:
        trigger(menu.create(None), "Save image…")
    (error,) = reported.args
    assert isinstance(error, ErrorReport)
    assert "cannot be saved" in error.what


def test_no_menu_opens_during_a_drag(qtbot: QtBot, canvas: PosterCanvas) -> None:
    at = QPoint(300, 200)
    requests: list[QContextMenuEvent] = []
    canvas.menu_requested.connect(requests.append)

    def right_click() -> None:
        reason = QContextMenuEvent.Reason.Mouse
        QApplication.sendEvent(canvas.viewport(), QContextMenuEvent(reason, at, canvas.mapToGlobal(at)))

    qtbot.mousePress(canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    right_click()
    assert requests == []
    qtbot.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    right_click()
    assert len(requests) == 1
