"""The picture of a layout."""

from pathlib import Path

import pytest
from PIL import Image

from podd_engine.config.presets import load_preset, preset_names
from podd_engine.errors import StorageError
from podd_engine.poster.layout_image import MARGIN, caption, draw_layout_image, write_layout_image


@pytest.mark.parametrize("name", preset_names())
def test_the_poster_fills_the_picture_in_whole_pixels(name: str) -> None:
    layout = load_preset(name).layout
    picture = draw_layout_image(layout)
    width = picture.width - 2 * MARGIN
    assert width % layout.poster[0] == 0
    assert width <= max(1400, layout.poster[0])


def test_neighboring_regions_differ_and_overlaps_are_mixed() -> None:
    layout = load_preset("cifar10-0.9ipc").layout
    picture = draw_layout_image(layout)
    scale = (picture.width - 2 * MARGIN) // layout.poster[0]

    def color(x: int, y: int) -> object:
        return picture.getpixel((MARGIN + x * scale + scale // 2, MARGIN + y * scale + scale // 2))

    first, second, overlap = color(28, 3), color(50, 3), color(31, 3)
    assert len({first, second, overlap}) == 3


def test_the_caption_has_the_numbers() -> None:
    text = caption(load_preset("cifar10-0.9ipc").layout)
    for part in (
        "153 x 60 px",
        "0.896 images per class",
        "5 x 2 classes",
        "16 x 6 = 96 patches of 32 x 32 px",
    ):
        assert part in text


def test_the_file_is_a_png(tmp_path: Path) -> None:
    write_layout_image(tmp_path / "new" / "layout", load_preset("digits").layout)
    with Image.open(tmp_path / "new" / "layout") as picture:
        assert picture.format == "PNG"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="file"):
        write_layout_image(tmp_path / "file" / "layout.png", load_preset("digits").layout)
