"""Reads posters for export, renders previews, and writes the exported files."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from podd_engine.exporters.contact_sheet import draw_contact_sheet
from podd_engine.exporters.registry import EXPORTERS, SCALES, estimate_bytes, export
from podd_engine.exporters.rendering import bundle_deprocessed_pixels, bundle_trained_pixels
from podd_engine.exporters.snippet import one_call_snippet, pytorch_snippet
from podd_engine.progress import ProgressCallback
from podd_engine.runs.bundle import PosterBundle
from podd_engine.runs.load_source import load_source

SHEET_PREVIEW_PX = (4096, 4096)
"""Maximum size of the preview of a contact sheet. The exported file may be larger."""

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class ExportItem:
    """Export format.

    Args:
        name: key of `EXPORTERS`.
        title: title for display.
        description: description for display.
        number_of_bytes: estimated size of the files at each scale that the user can choose.
        files: number of files.
        is_picture: whether the scale enlarges the files.
    """

    name: str
    title: str
    description: str
    number_of_bytes: dict[int, int]
    files: int
    is_picture: bool


@dataclass(frozen=True, eq=False)
class ExportablePoster:
    """Poster that can be exported.

    Args:
        path: run directory or bundle of the poster.
        bundle: poster, labels and preprocessing.
        seen: uint8 [height, width, channels], with the preprocessing undone.
        trained: uint8 [height, width, channels], preprocessed as networks see it.
        items: export formats in the order of `EXPORTERS`.
    """

    path: Path
    bundle: PosterBundle
    seen: Pixels
    trained: Pixels
    items: tuple[ExportItem, ...]

    @property
    def labels(self) -> NDArray[np.float32]:
        """Soft labels of the patches, float32 [patches, classes]."""
        return self.bundle.patch_labels.numpy()


@dataclass(frozen=True)
class ExamplePrograms:
    """Python programs that train networks on an exported bundle and test them.

    Args:
        one_call: trains with one call of the engine.
        pytorch: trains with a loop in plain PyTorch.
    """

    one_call: str
    pytorch: str


@dataclass(frozen=True)
class ExportResult:
    """Result of an export.

    Args:
        folder: folder of the files.
        files: all files in the order of writing.
        number_of_bytes: total size of the files.
        programs: programs that use the exported bundle; None if no bundle was exported.
    """

    folder: Path
    files: tuple[Path, ...]
    number_of_bytes: int
    programs: ExamplePrograms | None


def read_poster(path: Path, report: ProgressCallback) -> ExportablePoster:
    """Read the poster of a run directory or bundle. Raises the errors of `load_source`."""
    bundle = load_source(path, report=report)
    items = tuple(
        ExportItem(
            name,
            exporter.title,
            exporter.description,
            _estimates(bundle, name),
            exporter.files(bundle),
            exporter.at_scale is not None,
        )
        for name, exporter in EXPORTERS.items()
    )
    return ExportablePoster(
        path, bundle, bundle_deprocessed_pixels(bundle), bundle_trained_pixels(bundle), items
    )


def _estimates(bundle: PosterBundle, name: str) -> dict[int, int]:
    """Return the estimated size of an export format at each scale of `SCALES`."""
    if EXPORTERS[name].at_scale is None:
        return dict.fromkeys(SCALES, estimate_bytes(bundle, name))
    return {scale: estimate_bytes(bundle, name, scale) for scale in SCALES}


def render_contact_sheet(bundle: PosterBundle, report: ProgressCallback) -> Pixels:
    """Return the contact sheet as uint8 [height, width, 3], not larger than `SHEET_PREVIEW_PX`."""
    sheet = draw_contact_sheet(bundle)
    sheet.thumbnail(SHEET_PREVIEW_PX)
    return np.asarray(sheet)


def export_files(
    bundle: PosterBundle, names: Sequence[str], folder: Path, scale: int, report: ProgressCallback
) -> ExportResult:
    """Export a bundle. Raises the errors of `podd_engine.exporters.registry.export`.

    Args:
        bundle: the poster.
        names: keys of `EXPORTERS`.
        folder: folder for the files.
        scale: scale of pictures.
        report: callback for progress, which counts files.
    """
    files = export(bundle, folder, names, report, scale=scale)
    size = sum(path.stat().st_size for path in files)
    return ExportResult(folder, tuple(files), size, _example_programs(bundle, files))


def _example_programs(bundle: PosterBundle, files: Sequence[Path]) -> ExamplePrograms | None:
    """Return the programs for the bundle among the exported files."""
    path = next((path.resolve() for path in files if path.suffix == ".safetensors"), None)
    if path is None:
        return None
    return ExamplePrograms(one_call_snippet(path, bundle), pytorch_snippet(path, bundle))
