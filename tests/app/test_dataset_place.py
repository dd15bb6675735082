"""The Data place on real folders: choose, add, read, prepare, fail, cancel."""

import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from podd_app.dataset.card import DatasetCard
from podd_app.dataset.gallery import TILE_PX, Gallery, image_strip
from podd_app.dataset.place import DataPlace
from podd_app.dataset.shelf import DatasetShelf, shelf_of
from podd_app.dataset.task import Task, TimeLeft
from podd_app.dataset.task_view import amount_text
from podd_app.draft import Draft
from podd_app.jobs import Jobs
from podd_app.main_window import MainWindow
from podd_app.run_status import Phase, RunStatus, Trouble
from podd_app.session import Session
from podd_app.wording import THIN_SPACE, count
from podd_app.work.datasets import Collection
from podd_engine.config import DistillationConfig
from podd_engine.data import download
from podd_engine.data.catalogue import CATALOGUE, FOLDER
from podd_engine.data.dataset import Progress
from podd_engine.data.download import Archive
from podd_engine.presets import load_preset
from podd_engine.suggestion import preset_for, settings_for

DIGITS = ("digits", "")
WAIT_MS = 30_000
"""Longest wait for a signal: a busy machine takes its time to load scikit-learn."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PODD_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def shelf(session: Session) -> Iterator[DatasetShelf]:
    made = shelf_of(session)
    yield made
    made.close()


@pytest.fixture
def place(qtbot: QtBot, session: Session, shelf: DatasetShelf) -> DataPlace:
    """The place with its panel, shown, once it has looked around and read the digits."""
    made = DataPlace(session)
    qtbot.addWidget(made)
    qtbot.addWidget(made.panel)
    made.resize(900, 720)
    with qtbot.waitSignals(
        [shelf.listing.succeeded, shelf.chosen.images_changed], order="none", timeout=WAIT_MS
    ):
        made.show()
        made.panel.show()
    return made


@pytest.fixture
def flowers(tmp_path: Path) -> Path:
    """Three classes of five images each, red, green and blue."""
    return class_folders(tmp_path / "flowers", ("rose", "fern", "iris"), 5)


def class_folders(root: Path, names: tuple[str, ...], each: int) -> Path:
    for index, name in enumerate(names):
        (root / name).mkdir(parents=True)
        for number in range(each):
            colour = [0, 0, 0]
            colour[index % 3] = 255 - 9 * number
            Image.new("RGB", (20, 16), tuple(colour)).save(root / name / f"{number}.png")
    return root


def added(qtbot: QtBot, place: DataPlace, folder: Path) -> DatasetCard:
    """The card of a folder, added and read."""
    with qtbot.waitSignals(
        [place.shelf.listing.succeeded, place.shelf.chosen.reading.succeeded], timeout=WAIT_MS
    ):
        place.shelf.add(folder)
    return place.cards.cards["folder", str(folder)]


# Cards


def test_every_dataset_has_a_card_that_says_where_it_is(place: DataPlace) -> None:
    cards = place.cards.cards
    assert list(cards) == [(name, "") for name in CATALOGUE]
    assert cards[DIGITS].entry.state == "ready"
    assert cards[DIGITS].is_chosen
    for key, card in cards.items():
        absent = key != DIGITS
        assert (card.entry.state == "absent") == absent
        assert card.download.isVisible() == absent
        assert card.locate.isVisible() == absent
    counts = f"{count(50_000)} + {count(10_000)} images"
    assert cards["cifar10", ""].accessibleDescription() == f"{counts}, 10 classes · 32{THIN_SPACE}px"


def test_choosing_what_is_not_here_invites_and_makes_start_wait(qtbot: QtBot, place: DataPlace) -> None:
    session, card = place.session, place.cards.cards["cifar100", ""]
    with qtbot.waitSignal(place.shelf.chosen.found_changed, timeout=WAIT_MS):
        qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not session.dataset.ready, timeout=WAIT_MS)
    assert card.is_chosen
    assert not session.can_start
    assert session.waiting_for == "CIFAR-100 is not on this computer: download it, or say where it is."
    assert place.images.notice is not None
    session.undo_stack.undo()
    assert place.cards.cards[DIGITS].is_chosen
    qtbot.waitUntil(lambda: session.can_start, timeout=WAIT_MS)


def test_a_key_chooses_too(qtbot: QtBot, place: DataPlace) -> None:
    card = place.cards.cards["cub200", ""]
    qtbot.keyClick(card, Qt.Key.Key_Return)
    assert place.session.draft.values["dataset.name"] == "cub200"
    assert card.is_chosen


def test_nothing_is_chosen_while_a_run_is_going_on(qtbot: QtBot, place: DataPlace) -> None:
    place.session.set_run_status(RunStatus(Phase.RUNNING))
    card = place.cards.cards["cub200", ""]
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert place.session.draft.values["dataset.name"] == "digits"
    assert "run is going on" in card.toolTip()


# Folders


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


# Download, preparation


def test_a_failed_download_says_so_on_its_card(
    qtbot: QtBot, place: DataPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = (tmp_path / "cifar.tar.gz").as_uri()
    monkeypatch.setitem(download.ARCHIVES, "cifar10", Archive(nowhere, "", "cifar-10-batches-bin"))
    card = place.cards.cards["cifar10", ""]
    with qtbot.waitSignal(place.session.troubled, timeout=WAIT_MS):
        card.download.click()
    assert nowhere in card.trouble
    assert "the download broke off" in card.trouble
    assert card.download.text() == "Try again"
    assert not card.view.isVisible()


def test_preparing_ends_with_the_images_on_disk(qtbot: QtBot, place: DataPlace, home: Path) -> None:
    panel = place.panel
    with qtbot.waitSignal(place.shelf.chosen.prepared_changed, timeout=WAIT_MS):
        panel.prepare.click()
    # 1797 images of 64 float32 values.
    assert f"460{THIN_SPACE}kB on disk" in panel._prepared.text()
    assert not panel.prepare.isVisible()
    assert list((home / "cache").rglob("train.npy"))
    place.session.edit({"dataset.preprocessing": "whitening"}, "Preprocessing")
    assert panel.prepare.isVisible()
    assert "64 × 64 matrix" in panel._effect.text()


# Images


def test_images_are_those_of_their_class(qtbot: QtBot, place: DataPlace, flowers: Path) -> None:
    added(qtbot, place, flowers)
    gallery = place.images.gallery
    assert gallery.line_count == 3
    picture = gallery.viewport().grab().toImage()
    for line, channel in ((0, "green"), (1, "blue"), (2, "red")):
        point = gallery.line_rect(line).center().toPoint()
        point.setX(160)
        colour = picture.pixelColor(point)
        assert getattr(colour, channel)() > 150
        assert colour.red() + colour.green() + colour.blue() < 260
        assert gallery.image_at(point)[0] == line


def test_a_class_opens_and_closes(qtbot: QtBot, place: DataPlace) -> None:
    gallery = place.images.gallery
    point = gallery.line_rect(3).center().toPoint()
    qtbot.mouseClick(gallery.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert gallery.opened_class == 3
    assert place.images._title.text() == "3 · 146 images"
    assert gallery.line_count == -(-146 // gallery.columns)
    assert gallery.image_at(QPoint(40, 40))[0] == 3
    place.images.test.click()
    assert place.images._title.text() == "3 · 37 images"
    place.images.back.click()
    assert gallery.line_count == 10


def test_reading_waits_until_the_place_is_in_sight(qtbot: QtBot, place: DataPlace) -> None:
    place.hide()
    with qtbot.assertNotEmitted(place.shelf.chosen.images_changed):
        place.session.edit({"dataset.image_size": 16}, "Patch size")
        assert not place.shelf.chosen.reading.running
    with qtbot.waitSignal(place.shelf.chosen.images_changed, timeout=WAIT_MS):
        place.show()
    assert place.shelf.chosen.images.train.images.shape[1:3] == (16, 16)


def test_small_images_grow_by_whole_pixels(qtbot: QtBot) -> None:
    gallery = Gallery()
    qtbot.addWidget(gallery)
    for side, shown in ((8, 64), (28, 56), (32, 64), (48, 48), (64, 64), (100, 100), (224, TILE_PX)):
        images = np.zeros((4, side, side, 3), dtype=np.uint8)
        gallery.show_images(("a", "b"), Collection(images, (np.arange(2), np.arange(2, 4))))
        assert gallery.tile_px == shown


def test_only_lines_in_sight_are_read(qtbot: QtBot) -> None:
    touched: list[int] = []

    class Watched(np.ndarray):
        def __getitem__(self, index: object) -> object:
            touched.append(int(np.asarray(index).flat[0]))
            return np.asarray(super().__getitem__(index))

    images = np.zeros((2000, 8, 8, 1), dtype=np.uint8).view(Watched)
    gallery = Gallery()
    qtbot.addWidget(gallery)
    gallery.resize(700, 400)
    by_class = tuple(np.arange(start, start + 10) for start in range(0, 2000, 10))
    gallery.show_images(tuple(map(str, range(200))), Collection(images, by_class))
    gallery.grab()
    assert max(touched) < 100
    touched.clear()
    gallery.verticalScrollBar().setValue(gallery.verticalScrollBar().maximum())
    gallery.grab()
    assert min(touched) > 1900


@pytest.mark.parametrize("channels", [1, 3])
def test_a_strip_holds_the_images_side_by_side(channels: int) -> None:
    images = np.random.default_rng(0).integers(0, 256, (3, 5, 5, channels), dtype=np.uint8)
    strip = image_strip(images)
    assert (strip.width(), strip.height()) == (15, 5)
    for image in range(3):
        for y in range(5):
            for x in range(5):
                colour = strip.pixelColor(5 * image + x, y)
                seen = [colour.red(), colour.green(), colour.blue()]
                assert seen == [*np.broadcast_to(images[image, y, x], 3)]


# Lengthy work


@pytest.fixture
def task(qtbot: QtBot) -> Iterator[Task]:
    jobs = Jobs()
    yield Task(jobs)
    jobs.close()


def waits(begun: threading.Event, go_on: threading.Event, report: object) -> None:
    report(Progress("waiting", 0, 4))
    begun.set()
    go_on.wait(10)
    report(Progress("waiting", 1, 4))


def test_cancel_ends_the_work_at_its_next_report(qtbot: QtBot, task: Task) -> None:
    begun, go_on = threading.Event(), threading.Event()
    task.start("Beginning", partial(waits, begun, go_on))
    qtbot.waitUntil(begun.is_set, timeout=WAIT_MS)
    with qtbot.assertNotEmitted(task.succeeded):
        task.cancel()
        assert task.running
        assert task.cancelling
        with qtbot.waitSignal(task.changed, timeout=WAIT_MS):
            go_on.set()
        qtbot.waitUntil(lambda: not task.running, timeout=WAIT_MS)
    assert task.was_cancelled
    assert task.trouble is None


def test_the_answer_to_an_older_question_is_dropped(qtbot: QtBot, task: Task) -> None:
    answers: list[object] = []
    task.succeeded.connect(answers.append)
    task.start("First", lambda report: "first")
    with qtbot.waitSignal(task.succeeded, timeout=WAIT_MS):
        task.start("Second", lambda report: "second")
    qtbot.wait(0)
    assert answers == ["second"]


def test_what_fails_is_kept_with_its_details(qtbot: QtBot, task: Task) -> None:
    def fail(report: object) -> None:
        raise MemoryError("no room")

    with qtbot.waitSignal(task.failed, timeout=WAIT_MS) as failed:
        task.start("Failing", fail)
    assert isinstance(task.trouble, Trouble)
    assert failed.args == [task.trouble]
    assert task.trouble.what == "MemoryError: no room"
    assert "in fail" in task.trouble.details


def test_time_left_counts_from_where_a_stage_began() -> None:
    now = [100.0]
    left = TimeLeft(lambda: now[0])
    left.take(Progress("downloading", 600, 1000))  # goes on where an earlier download broke off
    assert left.seconds is None
    now[0] += 10
    left.take(Progress("downloading", 700, 1000))
    assert left.seconds == pytest.approx(30)
    left.take(Progress("unpacking", 0, 50))
    assert left.seconds is None


def test_amounts_are_counts_or_bytes() -> None:
    assert amount_text(Progress("reading", 12_800, 60_000)) == f"{count(12_800)} of {count(60_000)}"
    assert (
        amount_text(Progress("downloading", 34_000_000, 170_000_000))
        == f"34.0{THIN_SPACE}MB of 170{THIN_SPACE}MB"
    )
    assert amount_text(Progress("whitening", 0, 1)) == ""


# Settings that fit


def after(current: DistillationConfig, name: str, path: str, classes: int, gpu: bool) -> DistillationConfig:
    draft = Draft.of(current)
    return draft.changed(settings_for(draft.values, name, path, classes, gpu)).config


@pytest.mark.parametrize("gpu", [False, True])
@pytest.mark.parametrize("name", CATALOGUE)
def test_every_dataset_brings_a_preset_made_for_it(name: str, gpu: bool) -> None:
    assert load_preset(preset_for(name, gpu)).dataset.name == name
    start = load_preset("digits" if name != "digits" else "cifar10-0.9ipc")
    config = after(start, name, "", CATALOGUE[name].classes, gpu)
    assert config is not None
    assert config.layout == load_preset(preset_for(name, gpu)).layout


def test_cpus_get_the_laptop_preset() -> None:
    assert preset_for("cifar10", accelerated=False) == "cifar10-laptop"
    assert preset_for("cifar10", accelerated=True) == "cifar10-0.9ipc"


def test_what_fits_already_is_kept() -> None:
    edited = load_preset("cifar10-laptop").with_values({"outer.steps": 77, "seed": 5})
    config = after(edited, FOLDER, "/images", 10, False)
    assert config == edited.with_values({"dataset.name": FOLDER, "dataset.path": "/images"})
    assert after(config, "cifar10", "", 10, False) == edited


def test_seed_and_computing_stay() -> None:
    start = load_preset("digits").with_values({"seed": 9, "compute.threads": 3})
    config = after(start, "cifar100", "", 100, True)
    assert (config.seed, config.compute.threads) == (9, 3)


@pytest.mark.parametrize("classes", [1, 2, 3, 7, 10, 13, 37, 99, 100, 200, 1000])
def test_any_number_of_classes_gets_a_poster_that_can_run(classes: int) -> None:
    config = after(load_preset("digits"), FOLDER, "/images", classes, False)
    assert config is not None
    layout = config.layout
    assert layout.classes == classes
    assert layout.patch == (32, 32)
    assert 0.75 <= layout.images_per_class <= 1.0
    assert layout.coverage.min() >= 1
    assert config.labels.kind == ("learned" if classes >= 100 else "fixed")


def test_unknown_classes_change_nothing_else() -> None:
    values = Draft.of(load_preset("digits")).values
    assert settings_for(values, FOLDER, "/gone", 0, False) == {
        "dataset.name": FOLDER,
        "dataset.path": "/gone",
    }
