"""Contact sheet: every patch enlarged above its soft label, arranged as on the poster."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from podd_engine.config.dataset_catalogue import CATALOGUE
from podd_engine.exporters.image_files import as_image, write_png
from podd_engine.exporters.label_lines import LabelShare, ascii_class_name, label_lines
from podd_engine.exporters.rendering import Pixels, deprocess
from podd_engine.runs.bundle import PosterBundle

# All lengths are in px.
CELL_WIDTH = 128
"""Minimum cell width. Patches are enlarged by the largest whole factor that fits into this width."""
MARGIN = 56
COLUMN_GAP, ROW_GAP = 24, 24
TITLE_SIZE, SUBTITLE_SIZE, INDEX_SIZE, LABEL_SIZE = 40, 18, 13, 14
HEADER_HEIGHT = 116
INDEX_HEIGHT = 30
LINE_HEIGHT = 40
BAR_TOP, BAR_HEIGHT = 24, 4
SHARE_WIDTH = 40
"""Width reserved for the percentage to the right of a bar."""

BACKGROUND_COLOR, TEXT_COLOR, SECONDARY_TEXT_COLOR, BAR_TRACK_COLOR, BAR_COLOR, GROUP_BAR_COLOR = (
    "#ffffff",
    "#1c1f26",
    "#747a87",
    "#e8eaef",
    "#3a6ee0",
    "#b4b9c4",
)


@dataclass(frozen=True, eq=False)
class ContactSheet:
    """Layout of the contact sheet of ``bundle``. All lengths are in px."""

    bundle: PosterBundle

    @property
    def title(self) -> str:
        """Title of the dataset, or its name if the dataset is not in the catalogue."""
        entry = CATALOGUE.get(self.bundle.dataset)
        return entry.title if entry else self.bundle.dataset

    @property
    def subtitle(self) -> str:
        """Poster size, number of outer steps and, if the poster was evaluated, the test accuracy."""
        bundle, layout = self.bundle, self.bundle.layout
        parts = [
            f"{layout.patches} patches of {layout.patch[0]} x {layout.patch[1]} px",
            f"poster of {layout.poster[0]} x {layout.poster[1]} px",
            f"{layout.classes} classes",
            f"{bundle.step} outer steps",
        ]
        if bundle.measured:
            best = min(bundle.measured, key=lambda result: result["train_loss"])
            parts.append(f"test accuracy {best['test_accuracy']:.1%}")
        return "   ·   ".join(parts)

    @cached_property
    def labels(self) -> list[list[LabelShare]]:
        """Label lines below each patch."""
        names = [ascii_class_name(name, index) for index, name in enumerate(self.bundle.class_names)]
        return [label_lines(label, names) for label in self.bundle.patch_labels.numpy()]

    @property
    def patch(self) -> tuple[int, int]:
        """Width and height of an enlarged patch, px."""
        width, height = self.bundle.layout.patch
        factor = max(1, CELL_WIDTH // max(width, height))
        return width * factor, height * factor

    @property
    def cell_width(self) -> int:
        """Width of a cell: a patch with its label."""
        return max(self.patch[0], CELL_WIDTH)

    @cached_property
    def row_heights(self) -> list[int]:
        """Height of each row of cells, set by the longest label in the row."""
        rows = self.bundle.layout.patch_grid[1]
        longest = [max(len(lines) for lines in self.labels[row::rows]) for row in range(rows)]
        return [self.patch[1] + INDEX_HEIGHT + lines * LINE_HEIGHT for lines in longest]

    @cached_property
    def size(self) -> tuple[int, int]:
        """Width and height of the sheet, px."""
        columns, rows = self.bundle.layout.patch_grid
        width = columns * (self.cell_width + COLUMN_GAP) - COLUMN_GAP
        height = sum(self.row_heights) + (rows - 1) * ROW_GAP
        header = max(_font(TITLE_SIZE).getlength(self.title), _font(SUBTITLE_SIZE).getlength(self.subtitle))
        return 2 * MARGIN + max(width, round(header)), 2 * MARGIN + HEADER_HEIGHT + height

    def corner(self, index: int) -> tuple[int, int]:
        """Return the left and top coordinate of patch ``index``, px."""
        column, row = divmod(index, self.bundle.layout.patch_grid[1])
        left = MARGIN + column * (self.cell_width + COLUMN_GAP)
        return left, MARGIN + HEADER_HEIGHT + sum(self.row_heights[:row]) + row * ROW_GAP


def write_contact_sheet(bundle: PosterBundle, folder: Path) -> Iterator[Path]:
    """Write the contact sheet to ``patches.png`` in ``folder``."""
    yield write_png(folder / "patches.png", draw_contact_sheet(bundle))


def draw_contact_sheet(bundle: PosterBundle) -> Image.Image:
    """Draw the contact sheet as an RGB image. The image takes about 0.2 MB of memory per patch."""
    sheet = ContactSheet(bundle)
    picture = Image.new("RGB", sheet.size, BACKGROUND_COLOR)
    draw = ImageDraw.Draw(picture)
    draw.text((MARGIN, MARGIN), sheet.title, TEXT_COLOR, _font(TITLE_SIZE))
    draw.text((MARGIN, MARGIN + TITLE_SIZE + 14), sheet.subtitle, SECONDARY_TEXT_COLOR, _font(SUBTITLE_SIZE))
    for index, pixels in enumerate(deprocess(bundle.poster, bundle.layout, bundle.preprocessing).patches):
        _draw_cell(picture, draw, sheet, index, pixels)
    return picture


def _draw_cell(
    picture: Image.Image, draw: ImageDraw.ImageDraw, sheet: ContactSheet, index: int, pixels: Pixels
) -> None:
    """Draw one cell: the patch enlarged without interpolation, its index and its label lines."""
    left, top = sheet.corner(index)
    width = sheet.cell_width
    picture.paste(as_image(pixels).convert("RGB").resize(sheet.patch, Image.Resampling.NEAREST), (left, top))
    top += sheet.patch[1]
    draw.text((left, top + 8), f"patch {index}", SECONDARY_TEXT_COLOR, _font(INDEX_SIZE))
    top += INDEX_HEIGHT
    for line in sheet.labels[index]:
        color = SECONDARY_TEXT_COLOR if line.is_group else TEXT_COLOR
        draw.text((left, top), _elided(line.text, width), color, _font(LABEL_SIZE))
        _draw_share(draw, left, top + BAR_TOP, width, line)
        top += LINE_HEIGHT


def _draw_share(draw: ImageDraw.ImageDraw, left: int, top: int, width: int, line: LabelShare) -> None:
    """Draw a share as a partly filled bar with the percentage on the right."""
    bottom, radius = top + BAR_HEIGHT - 1, BAR_HEIGHT // 2
    track = width - SHARE_WIDTH
    draw.rounded_rectangle((left, top, left + track - 1, bottom), radius, BAR_TRACK_COLOR)
    filled = max(BAR_HEIGHT, round(track * line.share))
    draw.rounded_rectangle(
        (left, top, left + filled - 1, bottom), radius, GROUP_BAR_COLOR if line.is_group else BAR_COLOR
    )
    middle = (left + width, (top + bottom + 1) / 2)
    draw.text(middle, f"{line.share:.0%}", SECONDARY_TEXT_COLOR, _font(INDEX_SIZE), anchor="rm")


@lru_cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    """Return the font that is built into Pillow."""
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


@lru_cache(maxsize=4096)
def _elided(text: str, max_width: float) -> str:
    """Shorten ``text`` with an ellipsis if it is wider than ``max_width`` px."""
    font = _font(LABEL_SIZE)
    if font.getlength(text) <= max_width:
        return text
    while text and font.getlength(f"{text}…") > max_width:
        text = text[:-1]
    return f"{text.rstrip()}…"
