"""Reading a poster to export, picturing what its files will hold, and writing them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from podd_engine.exporters.contact_sheet import draw_contact_sheet
from podd_engine.exporters.registry import EXPORTERS, export
from podd_engine.exporters.rendering import bundle_deprocessed_pixels, bundle_trained_pixels
from podd_engine.exporters.snippet import python_snippet
from podd_engine.progress import ProgressCallback
from podd_engine.runs.bundle import PosterBundle
from podd_engine.runs.load_source import load_source

SHEET_PREVIEW_PX = (4096, 4096)
"""A contact sheet is shown no larger than this; its file may be."""

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class ExportItem:
    """One way to export the poster.

    Args:
        name: key of `EXPORTERS`.
        title, describe: for people.
        number_of_bytes: about what its files take.
        files: how many it writes.
    """

    name: str
    title: str
    description: str
    number_of_bytes: int
    files: int


@dataclass(frozen=True, eq=False)
class ExportablePoster:
    """A poster that was read.

    Args:
        path: the run directory or bundle it came from.
        bundle: the poster with all it takes to use it.
        seen, trained: uint8 [height, width, channels].
        items: what it can be exported as, in the order of `EXPORTERS`.
    """

    path: Path
    bundle: PosterBundle
    seen: Pixels
    trained: Pixels
    items: tuple[ExportItem, ...]

    @property
    def labels(self) -> NDArray[np.float32]:
        """Soft labels, float32 [patches, classes]."""
        return self.bundle.patch_labels.numpy()


@dataclass(frozen=True)
class ExportResult:
    """What an export left.

    Args:
        folder: where.
        files: every file, in the order of writing.
        snippet: a Python program that uses them; empty where no bundle is among them.
    """

    folder: Path
    files: tuple[Path, ...]
    snippet: str


def read_poster(path: Path, report: ProgressCallback) -> ExportablePoster:
    """Read the poster of a run directory or bundle; raises as `load_source` does."""
    bundle = load_source(path, report=report)
    items = tuple(
        ExportItem(name, way.title, way.description, way.estimate_bytes(bundle), way.files(bundle))
        for name, way in EXPORTERS.items()
    )
    return ExportablePoster(
        path, bundle, bundle_deprocessed_pixels(bundle), bundle_trained_pixels(bundle), items
    )


def render_contact_sheet(bundle: PosterBundle, report: ProgressCallback) -> Pixels:
    """The contact sheet, uint8 [height, width, 3], no larger than `SHEET_PREVIEW_PX`."""
    sheet = draw_contact_sheet(bundle)
    sheet.thumbnail(SHEET_PREVIEW_PX)
    return np.asarray(sheet)


def export_files(
    bundle: PosterBundle, names: Sequence[str], folder: Path, report: ProgressCallback
) -> ExportResult:
    """Export ``bundle`` into ``folder``; raises as `podd_engine.exporters.registry.export` does."""
    files = export(bundle, folder, names, report)
    written = next((path for path in files if path.suffix == ".safetensors"), None)
    return ExportResult(folder, tuple(files), python_snippet(written.resolve()) if written else "")
