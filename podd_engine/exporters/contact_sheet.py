"""The contact sheet: every patch enlarged, its soft label beneath, laid out as on the poster."""

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

# Lengths on the sheet, px.
CELL_WIDTH = 128
"""Room for a label; patches are enlarged by the largest whole factor that keeps them within it."""
MARGIN = 56
GAP_ACROSS, GAP_DOWN = 24, 24
TITLE_SIZE, SUBTITLE_SIZE, INDEX_SIZE, LABEL_SIZE = 40, 18, 13, 14
HEADER_HEIGHT = 116
INDEX_HEIGHT = 30
LINE_HEIGHT = 40
BAR_TOP, BAR_HEIGHT = 24, 4
SHARE_WIDTH = 40
"""Room for a percentage beside its bar."""

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
    """Where everything lies on the contact sheet of ``bundle``; lengths in px."""

    bundle: PosterBundle

    @property
    def title(self) -> str:
        """The dataset's name."""
        facts = CATALOGUE.get(self.bundle.dataset)
        return facts.title if facts else self.bundle.dataset

    @property
    def subtitle(self) -> str:
        """What the poster is, and what it came to where it was measured."""
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
        """The lines beneath each patch."""
        names = [ascii_class_name(name, index) for index, name in enumerate(self.bundle.class_names)]
        return [label_lines(label, names) for label in self.bundle.patch_labels.numpy()]

    @property
    def patch(self) -> tuple[int, int]:
        """Width and height of an enlarged patch."""
        width, height = self.bundle.layout.patch
        factor = max(1, CELL_WIDTH // max(width, height))
        return width * factor, height * factor

    @property
    def cell_width(self) -> int:
        """Width of a patch with what is beneath it."""
        return max(self.patch[0], CELL_WIDTH)

    @cached_property
    def row_heights(self) -> list[int]:
        """Height of each row of patches with what is beneath them."""
        rows = self.bundle.layout.patch_grid[1]
        longest = [max(len(lines) for lines in self.labels[row::rows]) for row in range(rows)]
        return [self.patch[1] + INDEX_HEIGHT + lines * LINE_HEIGHT for lines in longest]

    @cached_property
    def size(self) -> tuple[int, int]:
        """Width and height of the sheet."""
        columns, rows = self.bundle.layout.patch_grid
        across = columns * (self.cell_width + GAP_ACROSS) - GAP_ACROSS
        down = sum(self.row_heights) + (rows - 1) * GAP_DOWN
        header = max(_font(TITLE_SIZE).getlength(self.title), _font(SUBTITLE_SIZE).getlength(self.subtitle))
        return 2 * MARGIN + max(across, round(header)), 2 * MARGIN + HEADER_HEIGHT + down

    def corner(self, index: int) -> tuple[int, int]:
        """Left and top of patch ``index``."""
        column, row = divmod(index, self.bundle.layout.patch_grid[1])
        left = MARGIN + column * (self.cell_width + GAP_ACROSS)
        return left, MARGIN + HEADER_HEIGHT + sum(self.row_heights[:row]) + row * GAP_DOWN


def write_contact_sheet(bundle: PosterBundle, folder: Path) -> Iterator[Path]:
    """The contact sheet: ``patches.png``."""
    yield write_png(folder / "patches.png", draw_contact_sheet(bundle))


def draw_contact_sheet(bundle: PosterBundle) -> Image.Image:
    """The contact sheet, in color; takes about 0.2 MB of memory a patch."""
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
    """One patch: enlarged pixel by pixel, its index, its label."""
    left, top = sheet.corner(index)
    width = sheet.cell_width
    picture.paste(as_image(pixels).convert("RGB").resize(sheet.patch, Image.Resampling.NEAREST), (left, top))
    top += sheet.patch[1]
    draw.text((left, top + 8), f"patch {index}", SECONDARY_TEXT_COLOR, _font(INDEX_SIZE))
    top += INDEX_HEIGHT
    for line in sheet.labels[index]:
        ink = SECONDARY_TEXT_COLOR if line.is_group else TEXT_COLOR
        draw.text((left, top), _elided(line.text, width), ink, _font(LABEL_SIZE))
        _draw_share(draw, left, top + BAR_TOP, width, line)
        top += LINE_HEIGHT


def _draw_share(draw: ImageDraw.ImageDraw, left: int, top: int, width: int, line: LabelShare) -> None:
    """A share as the filled part of a track, and as a percentage to its right."""
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
    """Pillow's own font."""
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


@lru_cache(maxsize=4096)
def _elided(text: str, room: float) -> str:
    """``text``, or as much of it as fits into ``room`` px, with an ellipsis."""
    font = _font(LABEL_SIZE)
    if font.getlength(text) <= room:
        return text
    while text and font.getlength(f"{text}…") > room:
        text = text[:-1]
    return f"{text.rstrip()}…"
