"""Image folders on the Data page: adding, dropping, moving, repairing and removing."""

from pathlib import Path

import pytest
from dataset_samples import DIGITS, WAIT_MS, add_folder, class_folders
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from podd_app.pages.data.page import DataPage
from podd_app.window.main_window import MainWindow
from podd_engine.config.dataset_defaults import config_for_folder
from podd_engine.config.presets import load_preset


def test_an_added_folder_is_selected_and_read(
    qtbot: QtBot, page: DataPage, flowers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = page.session
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(flowers))
    with qtbot.waitSignal(page.dataset_service.selected.reading.succeeded, timeout=WAIT_MS):
        qtbot.mouseClick(page.cards.add_card, Qt.MouseButton.LeftButton)
    assert session.config is not None
    assert (session.config.dataset.name, session.config.dataset.path) == ("folder", str(flowers))
    assert session.layout.class_grid == (3, 1)
    assert session.dataset.title == "flowers"
    assert session.dataset.class_names == ("fern", "iris", "rose")
    assert (session.dataset.train_images, session.dataset.channels) == (12, 3)
    assert session.can_start
    session.undo_stack.undo()
    assert session.config == load_preset("digits")


def test_a_dropped_folder_is_added(qtbot: QtBot, page: DataPage, flowers: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(flowers))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    with qtbot.waitSignal(page.dataset_service.selected.reading.succeeded, timeout=WAIT_MS):
        page.dropEvent(QDropEvent(QPointF(5, 5), copy, mime, left, none))
    assert page.session.dataset.title == "flowers"


def test_a_folder_dropped_on_another_page_opens_the_data_page(
    qtbot: QtBot, window: MainWindow, flowers: Path
) -> None:
    assert window.page == "poster"
    dataset_service = window.services.datasets
    with qtbot.waitSignal(dataset_service.selected.reading.succeeded, timeout=WAIT_MS):
        window.open_path(flowers)
    assert window.page == "data"
    assert window.session.dataset.title == "flowers"


def test_two_folders_with_the_same_name_get_different_titles(
    qtbot: QtBot, page: DataPage, tmp_path: Path
) -> None:
    for parent in ("one", "two"):
        add_folder(qtbot, page, class_folders(tmp_path / parent / "images", ("a", "b"), 3))
    titles = [card.entry.status.title for card in page.cards.cards.values()]
    assert titles[-2:] == ["images", "images (two)"]


def test_a_folder_without_classes_is_rejected_with_an_error(
    qtbot: QtBot, page: DataPage, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    with qtbot.waitSignal(page.session.error_reported, timeout=WAIT_MS) as error_reported:
        page.dataset_service.add(tmp_path / "empty")
    assert "has no class folders" in page.cards.add_card.error
    assert "DataError" in error_reported.args[0].details
    assert page.session.can_start
    page.dataset_service.choose(page.cards.cards["cub200", ""].entry)
    assert page.cards.add_card.error == ""


def test_removing_a_folder_keeps_its_files(qtbot: QtBot, page: DataPage, flowers: Path) -> None:
    card = add_folder(qtbot, page, flowers)
    page.dataset_service.choose(page.cards.cards[DIGITS].entry)
    with qtbot.waitSignal(page.dataset_service.listing.succeeded, timeout=WAIT_MS):
        qtbot.keyClick(card, Qt.Key.Key_Delete)
    assert ("folder", str(flowers)) not in page.cards.cards
    assert len(list(flowers.rglob("*.png"))) == 15


def test_a_moved_folder_can_be_located(
    qtbot: QtBot, page: DataPage, flowers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = add_folder(qtbot, page, flowers)
    moved = flowers.rename(flowers.parent / "elsewhere")
    with qtbot.waitSignal(page.dataset_service.listing.succeeded, timeout=WAIT_MS):
        page.dataset_service.refresh()
        page.dataset_service.selected.retry()
    qtbot.waitUntil(lambda: not page.session.dataset.ready, timeout=WAIT_MS)
    assert "folder does not exist" in card.error
    assert not page.session.can_start
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(moved))
    with qtbot.waitSignal(page.dataset_service.selected.reading.succeeded, timeout=WAIT_MS):
        card.locate.click()
    assert page.session.draft.values["dataset.path"] == str(moved)
    qtbot.waitUntil(lambda: page.session.can_start, timeout=WAIT_MS)


def test_a_broken_image_is_reported_and_can_be_repaired(qtbot: QtBot, page: DataPage, flowers: Path) -> None:
    broken = flowers / "iris" / "2.png"
    intact = broken.read_bytes()
    broken.write_bytes(intact[:40])
    with qtbot.waitSignal(page.session.error_reported, timeout=WAIT_MS):
        page.dataset_service.add(flowers)
    card = page.cards.cards["folder", str(flowers)]
    assert str(broken) in card.error
    assert str(broken) in page.session.start_blocker
    assert page.images.notice is not None
    broken.write_bytes(intact)
    with qtbot.waitSignal(page.dataset_service.selected.reading.succeeded, timeout=WAIT_MS):
        page.images.notice.action_triggered.emit()
    assert card.error == ""
    assert page.session.can_start


def test_recorded_classes_keep_their_order_and_other_classes_are_reported(
    qtbot: QtBot, page: DataPage, flowers: Path
) -> None:
    session, recorded = page.session, ("iris", "rose", "fern")
    config = config_for_folder(str(flowers), 3).with_values({"dataset.classes": recorded})
    selected = page.dataset_service.selected
    with qtbot.waitSignal(selected.reading.succeeded, timeout=WAIT_MS):
        session.load_config(config, "flowers-001")
    assert session.class_names == session.dataset.class_names == recorded
    assert selected.images is not None
    assert selected.images.class_names == recorded
    blue = selected.images.train.images[selected.images.train.by_class[0]]
    assert blue[..., 2].min() > 200  # the third folder, iris, is blue
    with qtbot.waitSignal(selected.status_changed, timeout=WAIT_MS):
        session.edit({"dataset.classes": ("iris", "rose", "tulip")}, "Classes")
    qtbot.waitUntil(lambda: not session.dataset.ready, timeout=WAIT_MS)
    assert "missing: 'tulip'; additional: 'fern'" in session.start_blocker
