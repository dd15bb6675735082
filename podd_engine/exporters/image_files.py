"""PNG files of a poster and its patches."""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from podd_engine.exporters.rendering import (
    Pixels,
    bundle_deprocessed_pixels,
    bundle_trained_pixels,
    deprocess,
)
from podd_engine.io.atomic_write import atomic_write
from podd_engine.runs.bundle import PosterBundle


def as_image(pixels: Pixels) -> Image.Image:
    """Convert uint8 pixels [height, width, channels] with one or three channels to a Pillow image."""
    return Image.fromarray(pixels.squeeze(axis=2) if pixels.shape[2] == 1 else pixels)


def write_png(path: Path, picture: Image.Image) -> Path:
    """Write an image atomically and return ``path``.

    Raises:
        StorageError: the disk is full, or the folder is not writable.
    """
    with atomic_write(path) as temporary:
        picture.save(temporary, format="PNG")
    return path


def write_trained(bundle: PosterBundle, folder: Path, scale: int = 1) -> Iterator[Path]:
    """Write the poster as trained to ``poster.png`` in ``folder``, or to ``poster@4x.png`` for scale 4."""
    yield _write_enlarged(folder, "poster", bundle_trained_pixels(bundle), scale)


def write_deprocessed(bundle: PosterBundle, folder: Path, scale: int = 1) -> Iterator[Path]:
    """Write the poster with its preprocessing undone to ``poster-seen.png`` in ``folder``."""
    yield _write_enlarged(folder, "poster-seen", bundle_deprocessed_pixels(bundle), scale)


def write_patches(bundle: PosterBundle, folder: Path, scale: int = 1) -> Iterator[Path]:
    """Write every patch with its preprocessing undone.

    File names have the form ``patches/patch-0012-column-02-row-03.png``. Indices, columns and rows
    start at 0. The index is the same as in ``labels.csv``.
    """
    rows = bundle.layout.patch_grid[1]
    for index, pixels in enumerate(deprocess(bundle.poster, bundle.layout, bundle.preprocessing).patches):
        column, row = divmod(index, rows)
        stem = f"patch-{index:04d}-column-{column:02d}-row-{row:02d}"
        yield _write_enlarged(folder / "patches", stem, pixels, scale)


def _write_enlarged(folder: Path, stem: str, pixels: Pixels, scale: int) -> Path:
    """Write pixels as squares of ``scale`` x ``scale`` px. The file name contains a scale above 1."""
    picture = as_image(pixels)
    if scale == 1:
        return write_png(folder / f"{stem}.png", picture)
    size = (picture.width * scale, picture.height * scale)
    return write_png(folder / f"{stem}@{scale}x.png", picture.resize(size, Image.Resampling.NEAREST))
