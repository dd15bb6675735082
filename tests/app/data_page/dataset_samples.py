"""What the tests of the Data place share: names, waiting times, folders of images."""

from pathlib import Path

from PIL import Image
from pytestqt.qtbot import QtBot

from podd_app.pages.data.dataset_card import DatasetCard
from podd_app.pages.data.page import DataPage

DIGITS = ("digits", "")
WAIT_MS = 30_000
"""Longest wait for a signal: a busy machine takes its time to load scikit-learn."""


def class_folders(root: Path, names: tuple[str, ...], each: int) -> Path:
    """A folder for each class with ``each`` images, red, green, blue, red, …"""
    for index, name in enumerate(names):
        (root / name).mkdir(parents=True)
        for number in range(each):
            color = [0, 0, 0]
            color[index % 3] = 255 - 9 * number
            Image.new("RGB", (20, 16), tuple(color)).save(root / name / f"{number}.png")
    return root


def added(qtbot: QtBot, page: DataPage, folder: Path) -> DatasetCard:
    """The card of a folder, added and read."""
    with qtbot.waitSignals(
        [page.dataset_service.listing.succeeded, page.dataset_service.selected.reading.succeeded],
        timeout=WAIT_MS,
    ):
        page.dataset_service.add(folder)
    return page.cards.cards["folder", str(folder)]
