"""Image folders on the Data page: adding, dropping, moving, repairing and removing."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from dataset_samples import DIGITS, WAIT_MS, add_folder, class_folders
from literal_texts import literal_text_problems
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from podd_app.pages.data.page import DataPage
from podd_app.window.main_window import MainWindow
from podd_app.workers import datasets as work
from podd_engine.config.dataset_defaults import config_for_folder
from podd_engine.config.presets import load_preset
from podd_engine.data.registry import DatasetStatus
from podd_engine.progress import ProgressCallback


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


def cifar10_at(folder: Path) -> DatasetStatus:
    return DatasetStatus("cifar10", "CIFAR-10", True, str(folder), 10, 50_000, 10_000, 32, "")


def blocked_add(monkeypatch: pytest.MonkeyPatch, status: DatasetStatus) -> threading.Event:
    """Replace the reading of an added folder by a wait for the returned event."""
    may_end = threading.Event()

    def add(folder: Path, report: ProgressCallback) -> DatasetStatus:
        assert may_end.wait(WAIT_MS / 1000)
        return status

    monkeypatch.setattr(work, "add", add)
    return may_end


def test_a_recognized_folder_is_named_and_can_be_undone(
    qtbot: QtBot, page: DataPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, service = page.session, page.dataset_service
    before = session.config
    assert not page.recognized.isVisible()
    may_end = blocked_add(monkeypatch, cifar10_at(tmp_path))
    service.add(tmp_path)
    assert page.images.notice is not None  # no images of the digits while the folder is read
    assert not page.images.gallery.isVisible()
    with qtbot.waitSignal(service.recognized_changed, timeout=WAIT_MS):
        may_end.set()
    assert page.recognized.isVisible()
    assert page.recognized.text == "Recognized as CIFAR-10: using preset CIFAR-10, laptop"
    assert session.config == load_preset("cifar10-laptop")
    assert page.cards.cards["cifar10", ""].entry.state == "ready"  # before all datasets are checked again
    assert not page.images.gallery.isVisible()
    page.recognized.undo.click()
    assert session.config == before
    assert not page.recognized.isVisible()
    qtbot.waitUntil(page.images.gallery.isVisible, timeout=WAIT_MS)


def test_the_notice_of_a_recognized_folder_ends_with_the_next_edit(
    qtbot: QtBot, page: DataPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, service = page.session, page.dataset_service
    folder = {"dataset.name": "folder", "dataset.path": str(tmp_path / "images")}
    session.load_config(load_preset("cifar10-laptop").with_values(folder), "mine")
    blocked_add(monkeypatch, cifar10_at(tmp_path)).set()
    with qtbot.waitSignal(service.recognized_changed, timeout=WAIT_MS):
        service.add(tmp_path)
    assert page.recognized.text == "Recognized as CIFAR-10. Your other settings are kept."
    session.edit({"outer.steps": 7}, "Outer steps")
    assert service.recognized is None
    assert not page.recognized.isVisible()


def test_a_folder_that_is_not_added_leaves_the_images(qtbot: QtBot, page: DataPage, tmp_path: Path) -> None:
    with qtbot.waitSignal(page.dataset_service.adding.failed, timeout=WAIT_MS):
        page.dataset_service.add(tmp_path / "missing")
    assert page.images.gallery.isVisible()
    assert page.dataset_service.recognized is None


def test_notices_are_listed_in_the_panel(
    qtbot: QtBot, page: DataPage, flowers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not page.panel.notices.isVisible()
    skipped, gray = "<b>3</b> files were skipped: a.txt & b.txt", "The 12-bit images were scaled"
    check, read = work.check_dataset, work.read
    monkeypatch.setattr(
        work,
        "check_dataset",
        lambda config, report: replace(
            check(config, report), status=replace(check(config, report).status, notices=(skipped,))
        ),
    )
    monkeypatch.setattr(
        work, "read", lambda config, report: replace(read(config, report), notices=(skipped, gray))
    )
    add_folder(qtbot, page, flowers)
    notices = page.panel.notices
    assert notices.isVisible()
    assert notices.notices == (skipped, gray)
    labels = [each for each in notices.findChildren(QLabel) if each.isVisible()]
    assert [each.text() for each in labels if each.text()] == [skipped, gray]
    assert len([each for each in labels if not each.pixmap().isNull()]) == 2
    assert not literal_text_problems(notices)
    page.dataset_service.choose(page.cards.cards[DIGITS].entry)
    assert notices.notices == ()
    assert not notices.isVisible()


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
