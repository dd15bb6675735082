"""Approximate sizes of exported files, in bytes.

A trained poster is close to noise, so the PNG is almost as large as the raw pixels. The overheads were
measured.
"""

from math import log2, prod

from podd_engine.exporters.contact_sheet import ContactSheet
from podd_engine.runs.bundle import PosterBundle

PNG_OVERHEAD = 90
PNG_ENLARGED_PIXEL = 0.75
"""Bytes that each pixel adds for every doubling of the scale. PNG stores repeated pixels in little space."""
SHEET_HEADING, SHEET_INDEX, SHEET_LINE = 10_000, 600, 300
"""Bytes of the contact sheet for the heading, for the index of a patch, and for a label line."""
TENSORS_OVERHEAD = 3500
"""Bytes for names and settings."""
SAMPLED_LABELS = 16
"""Number of labels that are formatted to measure their average length."""


def poster_png_bytes(bundle: PosterBundle, scale: int = 1) -> int:
    """Estimate the size of the poster as a PNG file with pixels enlarged by ``scale``."""
    return _png_bytes(bundle, bundle.layout.poster, scale)


def patch_pngs_bytes(bundle: PosterBundle, scale: int = 1) -> int:
    """Estimate the total size of all patches as PNG files with pixels enlarged by ``scale``."""
    return bundle.layout.patches * _png_bytes(bundle, bundle.layout.patch, scale)


def contact_sheet_bytes(bundle: PosterBundle) -> int:
    """Estimate the size of the contact sheet. Enlarging a pixel adds almost nothing to a PNG."""
    lines = sum(map(len, ContactSheet(bundle).labels))
    return SHEET_HEADING + bundle.layout.patches * (SHEET_INDEX + _patch_values(bundle)) + lines * SHEET_LINE


def labels_csv_bytes(bundle: PosterBundle) -> int:
    """Estimate the size of the label table from a sample of its rows."""
    step = max(1, bundle.layout.patches // SAMPLED_LABELS)
    rows = [",".join(row) for row in bundle.patch_labels.numpy()[::step].astype(str)]
    window = len("1000,1000,1000,1000,1000,\n")
    heading = len(",".join(bundle.class_names))
    return heading + bundle.layout.patches * (window + sum(map(len, rows)) // len(rows))


def tensors_bytes(bundle: PosterBundle) -> int:
    """Estimate the size of poster, labels, windows and preprocessing, uncompressed."""
    parts = [bundle.poster, bundle.patch_labels, *bundle.preprocessing.to_tensors().values()]
    return TENSORS_OVERHEAD + bundle.layout.windows.nbytes + sum(part.nbytes for part in parts)


def _png_bytes(bundle: PosterBundle, size: tuple[int, int], scale: int) -> int:
    """Estimate the size of a PNG file of ``size`` px before enlargement."""
    return PNG_OVERHEAD + round(prod(size) * (len(bundle.poster) + PNG_ENLARGED_PIXEL * log2(scale)))


def _patch_values(bundle: PosterBundle) -> int:
    return len(bundle.poster) * prod(bundle.layout.patch)
