"""Downloads on the Data page from a real local server: success, failure and repair."""

import hashlib
import io
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from dataset_samples import WAIT_MS
from pytestqt.qtbot import QtBot

from podd_app.pages.data.dataset_card import DatasetCard
from podd_app.pages.data.page import DataPage
from podd_engine.data import cifar
from podd_engine.data.download import ARCHIVES, Archive

CIFAR10 = ("cifar10", "")
IMAGES_PER_FILE = 20
RECORD_BYTES = 1 + 3072


class QuietHandler(SimpleHTTPRequestHandler):
    """HTTP handler that serves a folder without log messages."""

    def log_message(self, *arguments: object) -> None:
        """Discard the message."""


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Archive file of a small CIFAR-10 on a local server, registered with its URL and checksum."""
    edition = replace(cifar.CIFAR10, binary_files=dict.fromkeys(cifar.CIFAR10.binary_files, IMAGES_PER_FILE))
    monkeypatch.setattr(cifar, "CIFAR10", edition)
    folder = tmp_path / "server"
    folder.mkdir()
    file = folder / "cifar-10.tar.gz"
    file.write_bytes(archive_of(edition))
    handler = partial(QuietHandler, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        url = f"http://127.0.0.1:{server.server_port}/{file.name}"
        checksum = hashlib.md5(file.read_bytes()).hexdigest()
        monkeypatch.setitem(ARCHIVES, "cifar10", Archive(url, checksum, edition.binary_folder))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield file
        server.shutdown()
        thread.join()


def archive_of(edition: cifar.CifarEdition) -> bytes:
    """Return a tar archive whose files contain random images with cycling class labels."""
    buffer, random = io.BytesIO(), np.random.default_rng(0)
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, images in edition.binary_files.items():
            records = random.integers(0, 256, (images, RECORD_BYTES), dtype=np.uint8)
            records[:, 0] = np.arange(images) % len(edition.class_names)
            member = tarfile.TarInfo(f"{edition.binary_folder}/{name}")
            member.size = records.size
            archive.addfile(member, io.BytesIO(records.tobytes()))
    return buffer.getvalue()


@pytest.fixture
def card(qtbot: QtBot, served: Path, page: DataPage) -> DatasetCard:
    """The card of CIFAR-10, which is selected and not installed."""
    made = page.cards.cards[CIFAR10]
    with qtbot.waitSignal(page.dataset_service.selected.checking.succeeded, timeout=WAIT_MS):
        page.dataset_service.choose(made.entry)
    assert not page.session.can_start
    return made


def download(qtbot: QtBot, page: DataPage, card: DatasetCard) -> None:
    """Click the download button and wait until the gallery shows the images."""
    selected = page.dataset_service.selected
    with qtbot.waitSignals(
        [selected.checking.succeeded, page.dataset_service.listing.succeeded], timeout=WAIT_MS
    ):
        card.download.click()
    qtbot.waitUntil(page.images.gallery.isVisible, timeout=WAIT_MS)
    assert card.entry.state == "ready"
    assert card.error == ""
    assert not card.download.isVisible()
    assert page.images.notice is None
    assert len(selected.images.train.images) == 5 * IMAGES_PER_FILE
    assert page.images.gallery.line_count == 10
    assert page.session.can_start


def test_a_download_fills_the_gallery(qtbot: QtBot, page: DataPage, card: DatasetCard, home: Path) -> None:
    assert card.entry.state == "absent"
    stages: list[str] = []
    task = page.dataset_service.task(CIFAR10)
    task.changed.connect(lambda: stages.append(task.progress.what if task.progress else task.what))
    download(qtbot, page, card)
    verbs = [stage.partition(" ")[0] for stage in dict.fromkeys(stages)]
    assert verbs[:4] == ["Connecting…", "downloading", "checking", "unpacking"]
    assert card.entry.status.path == str(home / "data" / "cifar10")


def test_a_missing_file_on_the_server_is_reported_on_the_card(
    qtbot: QtBot, page: DataPage, card: DatasetCard, served: Path
) -> None:
    served.rename(served.with_suffix(".away"))
    with qtbot.waitSignal(page.session.error_reported, timeout=WAIT_MS):
        card.download.click()
    assert "the server returned 404" in card.error
    assert card.download.text() == "Try again"
    assert not card.view.isVisible()
    served.with_suffix(".away").rename(served)
    download(qtbot, page, card)


def test_an_interrupted_download_is_reported_on_the_card(
    qtbot: QtBot, page: DataPage, card: DatasetCard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing_url = (tmp_path / "cifar.tar.gz").as_uri()
    monkeypatch.setitem(ARCHIVES, "cifar10", Archive(missing_url, "", cifar.CIFAR10.binary_folder))
    with qtbot.waitSignal(page.session.error_reported, timeout=WAIT_MS):
        card.download.click()
    assert missing_url in card.error
    assert "the download was interrupted" in card.error
    assert card.download.text() == "Try again"


def test_a_corrupt_download_is_reported_and_can_be_retried(
    qtbot: QtBot, page: DataPage, card: DatasetCard, served: Path, home: Path
) -> None:
    intact = served.read_bytes()
    served.write_bytes(intact[:-1] + bytes([intact[-1] ^ 1]))
    with qtbot.waitSignal(page.session.error_reported, timeout=WAIT_MS):
        card.download.click()
    assert f"{home / 'data' / 'cifar10' / served.name}: the download is corrupt" in card.error
    assert card.download.isVisible()
    assert card.download.text() == "Try again"
    served.write_bytes(intact)
    download(qtbot, page, card)


def test_a_damaged_file_is_reported_and_downloaded_again(
    qtbot: QtBot, page: DataPage, card: DatasetCard, home: Path
) -> None:
    download(qtbot, page, card)
    file = data_file(home)
    file.write_bytes(file.read_bytes()[:-100])
    with qtbot.waitSignal(page.session.error_reported, timeout=WAIT_MS):
        # A new image size requires reading the files again. The decoded images of the old size stay valid.
        page.session.edit({"dataset.image_size": 16}, "Patch size")
    assert_download_repairs(qtbot, page, card, f"{file}: file is damaged or incomplete")
    assert file.stat().st_size == IMAGES_PER_FILE * RECORD_BYTES


def test_a_missing_file_is_reported_and_downloaded_again(
    qtbot: QtBot, page: DataPage, card: DatasetCard, home: Path
) -> None:
    download(qtbot, page, card)
    file = data_file(home)
    file.unlink()
    with qtbot.waitSignal(page.dataset_service.selected.checking.succeeded, timeout=WAIT_MS):
        page.dataset_service.selected.retry()
    assert_download_repairs(qtbot, page, card, f"{file}: file is missing")
    assert file.is_file()


def data_file(home: Path) -> Path:
    return home / "data" / "cifar10" / cifar.CIFAR10.binary_folder / "data_batch_3.bin"


def assert_download_repairs(qtbot: QtBot, page: DataPage, card: DatasetCard, error: str) -> None:
    assert error in card.error
    assert card.entry.state == "broken"
    assert error in page.session.start_blocker
    assert page.images.notice is not None
    assert card.download.isVisible()
    assert card.download.text() == "Download again"
    download(qtbot, page, card)
