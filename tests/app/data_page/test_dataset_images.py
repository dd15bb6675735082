"""Gallery of the Data page: displayed images, image size and lazy reading."""

from pathlib import Path

import numpy as np
import pytest
from dataset_samples import WAIT_MS, add_folder
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from podd_app.pages.data.gallery import Gallery
from podd_app.pages.data.gallery_view import TILE_PX, image_strip
from podd_app.pages.data.page import DataPage
from podd_app.workers.datasets import ImageCollection


def test_each_line_shows_the_images_of_its_class(qtbot: QtBot, page: DataPage, flowers: Path) -> None:
    add_folder(qtbot, page, flowers)
    gallery = page.images.gallery
    assert gallery.line_count == 3
    screenshot = gallery.viewport().grab().toImage()
    for line, channel in ((0, "green"), (1, "blue"), (2, "red")):
        point = gallery.line_rect(line).center().toPoint()
        point.setX(160)
        color = screenshot.pixelColor(point)
        assert getattr(color, channel)() > 150
        assert color.red() + color.green() + color.blue() < 260
        assert gallery.image_at(point)[0] == line


def test_a_click_opens_a_class_and_back_closes_it(qtbot: QtBot, page: DataPage) -> None:
    gallery = page.images.gallery
    point = gallery.line_rect(3).center().toPoint()
    qtbot.mouseClick(gallery.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert gallery.opened_class == 3
    assert page.images._title.text() == "3 · 146 images"
    assert gallery.line_count == -(-146 // gallery.columns)
    assert gallery.image_at(QPoint(40, 40))[0] == 3
    page.images.test.click()
    assert page.images._title.text() == "3 · 37 images"
    page.images.back.click()
    assert gallery.line_count == 10


def test_images_are_read_only_when_the_page_is_visible(qtbot: QtBot, page: DataPage) -> None:
    page.hide()
    with qtbot.assertNotEmitted(page.dataset_service.selected.images_changed):
        page.session.edit({"dataset.image_size": 16}, "Patch size")
        assert not page.dataset_service.selected.reading.running
    with qtbot.waitSignal(page.dataset_service.selected.images_changed, timeout=WAIT_MS):
        page.show()
    assert page.dataset_service.selected.images.train.images.shape[1:3] == (16, 16)


def test_small_images_are_enlarged_by_integer_factors(qtbot: QtBot) -> None:
    gallery = Gallery()
    qtbot.addWidget(gallery)
    for side, shown in ((8, 64), (28, 56), (32, 64), (48, 48), (64, 64), (100, 100), (224, TILE_PX)):
        images = np.zeros((4, side, side, 3), dtype=np.uint8)
        gallery.show_images(("a", "b"), ImageCollection(images, (np.arange(2), np.arange(2, 4))))
        assert gallery.tile_px == shown


def test_only_visible_lines_are_read(qtbot: QtBot) -> None:
    read_indices: list[int] = []

    class RecordingArray(np.ndarray):
        def __getitem__(self, index: object) -> object:
            read_indices.append(int(np.asarray(index).flat[0]))
            return np.asarray(super().__getitem__(index))

    images = np.zeros((2000, 8, 8, 1), dtype=np.uint8).view(RecordingArray)
    gallery = Gallery()
    qtbot.addWidget(gallery)
    gallery.resize(700, 400)
    by_class = tuple(np.arange(start, start + 10) for start in range(0, 2000, 10))
    gallery.show_images(tuple(map(str, range(200))), ImageCollection(images, by_class))
    gallery.grab()
    assert max(read_indices) < 100
    read_indices.clear()
    gallery.verticalScrollBar().setValue(gallery.verticalScrollBar().maximum())
    gallery.grab()
    assert min(read_indices) > 1900


@pytest.mark.parametrize("channels", [1, 3])
def test_image_strip_places_images_side_by_side(channels: int) -> None:
    images = np.random.default_rng(0).integers(0, 256, (3, 5, 5, channels), dtype=np.uint8)
    strip = image_strip(images)
    assert (strip.width(), strip.height()) == (15, 5)
    for image in range(3):
        for y in range(5):
            for x in range(5):
                color = strip.pixelColor(5 * image + x, y)
                rgb = [color.red(), color.green(), color.blue()]
                assert rgb == [*np.broadcast_to(images[image, y, x], 3)]
