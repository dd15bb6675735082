"""Image of a poster layout."""

from pathlib import Path

import pytest
from PIL import Image

from podd_engine.config.presets import load_preset, preset_names
from podd_engine.errors import StorageError
from podd_engine.poster.layout_image import MARGIN, caption, draw_layout_image, write_layout_image


@pytest.mark.parametrize("name", preset_names())
def test_poster_is_scaled_by_an_integer(name: str) -> None:
    layout = load_preset(name).layout
    image = draw_layout_image(layout)
    width = image.width - 2 * MARGIN
    assert width % layout.poster[0] == 0
    assert width <= max(1400, layout.poster[0])


def test_adjacent_regions_and_overlaps_have_different_colors() -> None:
    layout = load_preset("cifar10-0.9ipc").layout
    image = draw_layout_image(layout)
    scale = (image.width - 2 * MARGIN) // layout.poster[0]

    def color(x: int, y: int) -> object:
        return image.getpixel((MARGIN + x * scale + scale // 2, MARGIN + y * scale + scale // 2))

    first, second, overlap = color(28, 3), color(50, 3), color(31, 3)
    assert len({first, second, overlap}) == 3


def test_caption_contains_sizes_and_counts() -> None:
    text = caption(load_preset("cifar10-0.9ipc").layout)
    for part in (
        "153 x 60 px",
        "0.896 images per class",
        "5 x 2 classes",
        "16 x 6 = 96 patches of 32 x 32 px",
    ):
        assert part in text


def test_write_layout_image_writes_png(tmp_path: Path) -> None:
    write_layout_image(tmp_path / "new" / "layout", load_preset("digits").layout)
    with Image.open(tmp_path / "new" / "layout") as image:
        assert image.format == "PNG"


def test_unwritable_path_raises_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("blocks the folder")
    with pytest.raises(StorageError, match="file"):
        write_layout_image(tmp_path / "file" / "layout.png", load_preset("digits").layout)
