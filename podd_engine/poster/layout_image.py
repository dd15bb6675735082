"""Image of a poster layout: class regions with numbers, and patch windows."""

from colorsys import hls_to_rgb
from pathlib import Path

from PIL import Image, ImageColor, ImageDraw, ImageFont

from podd_engine.io.atomic_write import atomic_write
from podd_engine.poster.layout import PosterLayout

MAX_SIDE_PX = 1400
"""Maximum side length of the drawn poster, px. The poster is enlarged by the largest fitting integer."""
MARGIN, CAPTION_SIZE, NUMBER_SIZE = 28, 20, 22

BACKGROUND_COLOR, TEXT_COLOR = "#ffffff", "#1c1f26"
WINDOW_COLOR, FIRST_WINDOW_COLOR = (28, 31, 38, 70), (20, 70, 210, 255)

GOLDEN_ANGLE = 0.381966
"""Hue difference between consecutive regions, as a fraction of a full turn, for distinct neighbors."""


def draw_layout_image(layout: PosterLayout) -> Image.Image:
    """Draw a layout.

    Each cell of the class grid is a colored region with a row-major number. Colors mix where regions
    overlap. Each patch window has an outline. The outline of the first patch is bold.
    """
    scale = max(1, MAX_SIDE_PX // max(layout.poster))
    width, height = (side * scale for side in layout.poster)
    image = Image.new("RGB", (width + 2 * MARGIN, height + 2 * MARGIN + 2 * CAPTION_SIZE), BACKGROUND_COLOR)
    image.paste(_poster_image(layout, scale), (MARGIN, MARGIN))
    ImageDraw.Draw(image).text(
        (MARGIN, MARGIN + height + CAPTION_SIZE / 2), caption(layout), TEXT_COLOR, _font(CAPTION_SIZE)
    )
    return image


def write_layout_image(path: Path, layout: PosterLayout) -> None:
    """Write the image of a layout as a PNG file.

    Raises:
        StorageError: the file cannot be written.
    """
    with atomic_write(path) as temporary:
        draw_layout_image(layout).save(temporary, format="PNG")


def caption(layout: PosterLayout) -> str:
    """Return a one-line summary of the layout."""
    (width, height), (patch_width, patch_height) = layout.poster, layout.patch
    columns, rows = layout.class_grid
    across, down = layout.patch_grid
    return (
        f"{width} x {height} px   ·   {layout.images_per_class:.3f} images per class   ·   "
        f"{columns} x {rows} classes   ·   {across} x {down} = {layout.patches} patches "
        f"of {patch_width} x {patch_height} px"
    )


def _poster_image(layout: PosterLayout, scale: int) -> Image.Image:
    poster = Image.new("RGBA", (layout.poster[0] * scale, layout.poster[1] * scale), BACKGROUND_COLOR)
    regions = (layout.class_regions * scale).tolist()
    for cell, region in enumerate(regions):
        tile = Image.new("RGBA", poster.size)
        ImageDraw.Draw(tile).rectangle(_inclusive_corners(region), fill=(*_color(cell), 150))
        poster.alpha_composite(tile)
    windows = Image.new("RGBA", poster.size)
    draw = ImageDraw.Draw(windows)
    first, *others = (layout.windows * scale).tolist()
    for window in others:
        draw.rectangle(_inclusive_corners(window), outline=WINDOW_COLOR)
    draw.rectangle(_inclusive_corners(first), outline=FIRST_WINDOW_COLOR, width=3)
    poster.alpha_composite(windows)
    numbers = ImageDraw.Draw(poster)
    for cell, (x0, y0, x1, y1) in enumerate(regions):
        numbers.text(
            ((x0 + x1) / 2, (y0 + y1) / 2),
            str(cell),
            ImageColor.getrgb(TEXT_COLOR),
            _font(NUMBER_SIZE),
            anchor="mm",
        )
    return poster.convert("RGB")


def _inclusive_corners(rectangle: list[int]) -> tuple[int, int, int, int]:
    """Convert exclusive ends to the inclusive corners that Pillow expects."""
    x0, y0, x1, y1 = rectangle
    return x0, y0, x1 - 1, y1 - 1


def _color(cell: int) -> tuple[int, int, int]:
    red, green, blue = hls_to_rgb(cell * GOLDEN_ANGLE % 1, 0.72, 0.65)
    return round(red * 255), round(green * 255), round(blue * 255)


def _font(size: int) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    return ImageFont.load_default(size)
