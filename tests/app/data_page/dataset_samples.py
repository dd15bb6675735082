"""Names, timeouts and image folders for the tests of the Data page."""

from pathlib import Path

from PIL import Image
from pytestqt.qtbot import QtBot

from podd_app.pages.data.dataset_card import DatasetCard
from podd_app.pages.data.page import DataPage

DIGITS = ("digits", "")
WAIT_MS = 30_000
"""Timeout of signals. Loading scikit-learn takes several seconds on a busy machine."""


def class_folders(root: Path, names: tuple[str, ...], each: int) -> Path:
    """Create one folder per class with ``each`` images. The class colors are red, green, blue, red, …"""
    for index, name in enumerate(names):
        (root / name).mkdir(parents=True)
        for number in range(each):
            color = [0, 0, 0]
            color[index % 3] = 255 - 9 * number
            Image.new("RGB", (20, 16), tuple(color)).save(root / name / f"{number}.png")
    return root


def add_folder(qtbot: QtBot, page: DataPage, folder: Path) -> DatasetCard:
    """Add a folder, wait until its images are read, and return its card."""
    with qtbot.waitSignals(
        [page.dataset_service.listing.succeeded, page.dataset_service.selected.reading.succeeded],
        timeout=WAIT_MS,
    ):
        page.dataset_service.add(folder)
    return page.cards.cards["folder", str(folder)]
