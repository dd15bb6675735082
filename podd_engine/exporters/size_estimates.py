"""About how large exported files are, in bytes, from the sizes of what they hold.

A trained poster is close to noise, so its PNG is close to its pixels; the overheads were measured.
"""

from math import prod

from podd_engine.exporters.contact_sheet import ContactSheet
from podd_engine.runs.bundle import PosterBundle

PNG_OVERHEAD = 90
SHEET_HEADING, SHEET_INDEX, SHEET_LINE = 10_000, 600, 300
"""What the contact sheet takes for its heading, for each patch's index, and for each line of a label."""
TENSORS_OVERHEAD = 6000
"""Names, settings and the like."""
SAMPLED_LABELS = 16
"""Patches whose labels are written out to learn how long they are."""


def poster_png_bytes(bundle: PosterBundle) -> int:
    """The poster as a PNG."""
    return PNG_OVERHEAD + bundle.poster.numel()


def patch_pngs_bytes(bundle: PosterBundle) -> int:
    """Every patch as a PNG."""
    return bundle.layout.patches * (PNG_OVERHEAD + _patch_values(bundle))


def contact_sheet_bytes(bundle: PosterBundle) -> int:
    """The contact sheet; enlarging a pixel adds next to nothing to a PNG."""
    lines = sum(map(len, ContactSheet(bundle).labels))
    return SHEET_HEADING + bundle.layout.patches * (SHEET_INDEX + _patch_values(bundle)) + lines * SHEET_LINE


def labels_csv_bytes(bundle: PosterBundle) -> int:
    """The table of labels, from some of its lines."""
    step = max(1, bundle.layout.patches // SAMPLED_LABELS)
    lines = [",".join(line) for line in bundle.patch_labels.numpy()[::step].astype(str)]
    window = len("1000,1000,1000,1000,1000,\n")
    heading = len(",".join(bundle.class_names))
    return heading + bundle.layout.patches * (window + sum(map(len, lines)) // len(lines))


def tensors(bundle: PosterBundle) -> int:
    """Poster, labels, windows and preprocessing, uncompressed."""
    parts = [bundle.poster, bundle.patch_labels, *bundle.preprocessing.to_tensors().values()]
    return TENSORS_OVERHEAD + bundle.layout.windows.nbytes + sum(part.nbytes for part in parts)


def _patch_values(bundle: PosterBundle) -> int:
    return len(bundle.poster) * prod(bundle.layout.patch)
