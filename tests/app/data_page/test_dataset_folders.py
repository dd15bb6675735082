"""Folders of images: added, dropped, moved, broken, removed."""

from pathlib import Path

import pytest
from dataset_samples import DIGITS, WAIT_MS, added, class_folders
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from podd_app.pages.data.page import DataPlace
from podd_app.services.dataset_service import shelf_of
from podd_app.window.main_window import MainWindow
from podd_engine.config.presets import load_preset


def test_a_folder_that_is_added_is_chosen_read_and_can_start(
    qtbot: QtBot, place: DataPlace, flowers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = place.session
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(flowers))
    with qtbot.waitSignal(place.shelf.chosen.reading.succeeded, timeout=WAIT_MS):
        qtbot.mouseClick(place.cards.add_card, Qt.MouseButton.LeftButton)
    assert session.config is not None
    assert (session.config.dataset.name, session.config.dataset.path) == ("folder", str(flowers))
    assert session.layout.class_grid == (3, 1)
    assert session.dataset.title == "flowers"
    assert session.dataset.class_names == ("fern", "iris", "rose")
    assert (session.dataset.train_images, session.dataset.channels) == (12, 3)
    assert session.can_start
    session.undo_stack.undo()
    assert session.config == load_preset("digits")


def test_a_dropped_folder_is_added(qtbot: QtBot, place: DataPlace, flowers: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(flowers))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    with qtbot.waitSignal(place.shelf.chosen.reading.succeeded, timeout=WAIT_MS):
        place.dropEvent(QDropEvent(QPointF(5, 5), copy, mime, left, none))
    assert place.session.dataset.title == "flowers"


def test_a_folder_dropped_elsewhere_opens_the_data_place(
    qtbot: QtBot, window: MainWindow, flowers: Path
) -> None:
    assert window.place == "poster"
    shelf = shelf_of(window.session)
    with qtbot.waitSignal(shelf.chosen.reading.succeeded, timeout=WAIT_MS):
        window.open_path(flowers)
    assert window.place == "data"
    assert window.session.dataset.title == "flowers"


def test_two_folders_of_one_name_both_stay(qtbot: QtBot, place: DataPlace, tmp_path: Path) -> None:
    for parent in ("one", "two"):
        added(qtbot, place, class_folders(tmp_path / parent / "images", ("a", "b"), 3))
    titles = [card.entry.status.title for card in place.cards.cards.values()]
    assert titles[-2:] == ["images", "images (two)"]


def test_a_folder_without_classes_is_refused_in_place(qtbot: QtBot, place: DataPlace, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with qtbot.waitSignal(place.session.troubled, timeout=WAIT_MS) as troubled:
        place.shelf.add(tmp_path / "empty")
    assert "has no class folders" in place.cards.add_card.trouble
    assert "DataError" in troubled.args[0].details
    assert place.session.can_start
    place.shelf.choose(place.cards.cards["cub200", ""].entry)
    assert place.cards.add_card.trouble == ""


def test_a_removed_folder_leaves_the_list_and_stays_on_disk(
    qtbot: QtBot, place: DataPlace, flowers: Path
) -> None:
    card = added(qtbot, place, flowers)
    place.shelf.choose(place.cards.cards[DIGITS].entry)
    with qtbot.waitSignal(place.shelf.listing.succeeded, timeout=WAIT_MS):
        qtbot.keyClick(card, Qt.Key.Key_Delete)
    assert ("folder", str(flowers)) not in place.cards.cards
    assert len(list(flowers.rglob("*.png"))) == 15


def test_a_folder_that_went_away_can_be_located(
    qtbot: QtBot, place: DataPlace, flowers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = added(qtbot, place, flowers)
    moved = flowers.rename(flowers.parent / "elsewhere")
    with qtbot.waitSignal(place.shelf.listing.succeeded, timeout=WAIT_MS):
        place.shelf.refresh()
        place.shelf.chosen.try_again()
    qtbot.waitUntil(lambda: not place.session.dataset.ready, timeout=WAIT_MS)
    assert "there is no such folder" in card.trouble
    assert not place.session.can_start
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(moved))
    with qtbot.waitSignal(place.shelf.chosen.reading.succeeded, timeout=WAIT_MS):
        card.locate.click()
    assert place.session.draft.values["dataset.path"] == str(moved)
    qtbot.waitUntil(lambda: place.session.can_start, timeout=WAIT_MS)


def test_a_broken_image_is_named_on_the_card_and_can_be_mended(
    qtbot: QtBot, place: DataPlace, flowers: Path
) -> None:
    broken = flowers / "iris" / "2.png"
    whole = broken.read_bytes()
    broken.write_bytes(whole[:40])
    with qtbot.waitSignal(place.session.troubled, timeout=WAIT_MS):
        place.shelf.add(flowers)
    card = place.cards.cards["folder", str(flowers)]
    assert str(broken) in card.trouble
    assert str(broken) in place.session.waiting_for
    assert place.images.notice is not None
    broken.write_bytes(whole)
    with qtbot.waitSignal(place.shelf.chosen.reading.succeeded, timeout=WAIT_MS):
        place.images.notice.acted.emit()
    assert card.trouble == ""
    assert place.session.can_start
