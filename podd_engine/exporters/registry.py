"""Registry of export formats, and the function that exports a poster."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from podd_engine.errors import ConfigError
from podd_engine.exporters import size_estimates
from podd_engine.exporters.contact_sheet import write_contact_sheet
from podd_engine.exporters.image_files import write_deprocessed, write_patches, write_trained
from podd_engine.exporters.label_csv import write_labels
from podd_engine.exporters.tensors import write_bundle, write_npz, write_pt
from podd_engine.progress import Progress, ProgressCallback, ignore_progress
from podd_engine.runs.bundle import PosterBundle

SCALES = (1, 4, 16)
"""Scales of pictures that the GUI offers."""
MAX_SCALE = 16


def _single_file(_bundle: PosterBundle) -> int:
    return 1


@dataclass(frozen=True)
class Exporter:
    """Export format.

    Args:
        title: name shown to the user.
        description: content and use of the files, in one sentence.
        write: writes the files into a folder and yields the path of each file when it is complete.
        estimate_bytes: returns the approximate total size of the files, bytes.
        files: returns the number of files.
        at_scale: returns the format with every pixel enlarged to a square of ``scale`` x ``scale`` px; None
            for formats that are not pictures of pixels.
    """

    title: str
    description: str
    write: Callable[[PosterBundle, Path], Iterator[Path]]
    estimate_bytes: Callable[[PosterBundle], int]
    files: Callable[[PosterBundle], int] = _single_file
    at_scale: "Callable[[int], Exporter] | None" = None


def _trained_poster(scale: int) -> Exporter:
    return Exporter(
        "Poster as trained",
        "PNG of the values that networks train on, scaled linearly from black to white",
        partial(write_trained, scale=scale),
        partial(size_estimates.poster_png_bytes, scale=scale),
        at_scale=_trained_poster,
    )


def _seen_poster(scale: int) -> Exporter:
    return Exporter(
        "Poster as seen",
        "PNG with the preprocessing undone, in the colors of the dataset's images",
        partial(write_deprocessed, scale=scale),
        partial(size_estimates.poster_png_bytes, scale=scale),
        at_scale=_seen_poster,
    )


def _patches(scale: int) -> Exporter:
    return Exporter(
        "Patches",
        "One PNG per patch, with the preprocessing undone",
        partial(write_patches, scale=scale),
        partial(size_estimates.patch_pngs_bytes, scale=scale),
        lambda bundle: bundle.layout.patches,
        at_scale=_patches,
    )


EXPORTERS: dict[str, Exporter] = {
    "poster": _trained_poster(scale=1),
    "seen": _seen_poster(scale=1),
    "patches": _patches(scale=1),
    "sheet": Exporter(
        "Contact sheet",
        "One PNG with every patch enlarged and its soft label below",
        write_contact_sheet,
        size_estimates.contact_sheet_bytes,
    ),
    "labels": Exporter(
        "Labels",
        "CSV table with the window and the soft label of every patch",
        write_labels,
        size_estimates.labels_csv_bytes,
    ),
    "npz": Exporter(
        "NumPy arrays",
        "NPZ file with poster, labels, windows and preprocessing, for any Python program",
        write_npz,
        size_estimates.tensors_bytes,
    ),
    "pt": Exporter(
        "PyTorch tensors",
        "PT file with the NPZ content and the settings, for torch.load(…, weights_only=True)",
        write_pt,
        size_estimates.tensors_bytes,
    ),
    "bundle": Exporter(
        "Poster bundle",
        "Safetensors file for load_poster, with everything needed to train and test a network",
        write_bundle,
        size_estimates.tensors_bytes,
    ),
}


def export(
    bundle: PosterBundle,
    directory: Path,
    names: Iterable[str],
    report: ProgressCallback = ignore_progress,
    *,
    scale: int = 1,
) -> list[Path]:
    """Export a poster. Each file is written atomically and replaces the file of an earlier export.

    Args:
        bundle: poster to export.
        directory: target folder. Created if it does not exist.
        names: keys of `EXPORTERS`. Duplicates are ignored.
        report: receives the progress, counted in files. Raising `CancelledError` from it stops the
            export. Complete files are kept.
        scale: side in px of each pixel of the poster in pictures of the poster and of patches, 1 to 16.

    Returns:
        Paths of all written files, in the order of ``names``.

    Raises:
        ConfigError: a name is unknown, ``names`` is empty, or the scale is invalid. No file is written.
        StorageError: the disk is full, or the folder is not writable.
    """
    exporters = [get_exporter(name, scale) for name in dict.fromkeys(names)]
    if not exporters:
        raise ConfigError(f"export: no format is selected; choose from {', '.join(EXPORTERS)}")
    total = sum(exporter.files(bundle) for exporter in exporters)
    written: list[Path] = []
    for exporter in exporters:
        report(Progress(f"exporting {exporter.title.lower()}", len(written), total))
        for path in exporter.write(bundle, directory):
            written.append(path)
            report(Progress(f"exporting {exporter.title.lower()}", len(written), total))
    return written


def estimate_bytes(bundle: PosterBundle, name: str, scale: int = 1) -> int:
    """Estimate the total size in bytes of the files of exporter ``name``, without writing them.

    Raises:
        ConfigError: the name is unknown, or the scale is invalid.
    """
    return get_exporter(name, scale).estimate_bytes(bundle)


def get_exporter(name: str, scale: int = 1) -> Exporter:
    """Return the exporter called ``name``, with pictures enlarged by ``scale``.

    Raises:
        ConfigError: the name is unknown, or the scale is invalid. The message lists the known names.
    """
    if name not in EXPORTERS:
        raise ConfigError(f"export: unknown format {name!r}; choose from {', '.join(EXPORTERS)}")
    if scale not in range(1, MAX_SCALE + 1):
        raise ConfigError(f"export: scale {scale} is not supported; use a whole number from 1 to {MAX_SCALE}")
    exporter = EXPORTERS[name]
    return exporter if exporter.at_scale is None else exporter.at_scale(scale)
