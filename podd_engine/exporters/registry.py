"""Everything a poster can be exported as, by name."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from podd_engine.errors import ConfigError
from podd_engine.exporters import size_estimates
from podd_engine.exporters.contact_sheet import write_contact_sheet
from podd_engine.exporters.image_files import write_deprocessed, write_patches, write_trained
from podd_engine.exporters.label_csv import write_labels
from podd_engine.exporters.tensors import write_bundle, write_npz, write_pt
from podd_engine.progress import Progress, ProgressCallback, ignore_progress
from podd_engine.runs.bundle import PosterBundle


def _one(_bundle: PosterBundle) -> int:
    return 1


@dataclass(frozen=True)
class Exporter:
    """One way to export a poster.

    Args:
        title: shown to people.
        describe: what it is good for, one sentence.
        write: writes into a folder, yielding each file's path once it is there.
        estimate_bytes: about how large all its files are.
        files: how many files it writes.
    """

    title: str
    description: str
    write: Callable[[PosterBundle, Path], Iterator[Path]]
    estimate_bytes: Callable[[PosterBundle], int]
    files: Callable[[PosterBundle], int] = _one


EXPORTERS: dict[str, Exporter] = {
    "poster": Exporter(
        "Poster as trained",
        "PNG of what networks see, from its lowest to its highest value",
        write_trained,
        size_estimates.poster_png_bytes,
    ),
    "seen": Exporter(
        "Poster as seen",
        "PNG with the preprocessing undone: the poster in the colors of the images",
        write_deprocessed,
        size_estimates.poster_png_bytes,
    ),
    "patches": Exporter(
        "Patches",
        "Every patch with the preprocessing undone, a PNG each",
        write_patches,
        size_estimates.patch_pngs_bytes,
        lambda bundle: bundle.layout.patches,
    ),
    "sheet": Exporter(
        "Contact sheet",
        "One PNG with every patch enlarged and its soft label beneath",
        write_contact_sheet,
        size_estimates.contact_sheet_bytes,
    ),
    "labels": Exporter(
        "Labels",
        "CSV table of every patch's window and soft label",
        write_labels,
        size_estimates.labels_csv_bytes,
    ),
    "npz": Exporter(
        "NumPy arrays",
        "NPZ with poster, labels, windows and preprocessing, for any Python program",
        write_npz,
        size_estimates.tensors,
    ),
    "pt": Exporter(
        "PyTorch tensors",
        "PT with the same and the settings, to be read with torch.load(…, weights_only=True)",
        write_pt,
        size_estimates.tensors,
    ),
    "bundle": Exporter(
        "Poster bundle",
        "Safetensors file with all that training and testing a network takes; load_poster reads it",
        write_bundle,
        size_estimates.tensors,
    ),
}


def export(
    bundle: PosterBundle, directory: Path, names: Iterable[str], report: ProgressCallback = ignore_progress
) -> list[Path]:
    """Export a poster; files of earlier exports are replaced, each of them atomically.

    Args:
        bundle: the poster.
        directory: where to; made when missing.
        names: keys of `EXPORTERS`.
        report: receives progress in files; raising `CancelledError` from it ends the export and leaves
            the files that are complete.

    Returns:
        Every file written, in the order of ``names``.

    Raises:
        ConfigError: a name is unknown or there is none; nothing is written then.
        StorageError: the disk is full or the folder cannot be written.
    """
    exporters = [get_exporter(name) for name in dict.fromkeys(names)]
    if not exporters:
        raise ConfigError(f"export: nothing was chosen; choose from {', '.join(EXPORTERS)}")
    total = sum(exporter.files(bundle) for exporter in exporters)
    written: list[Path] = []
    for exporter in exporters:
        report(Progress(f"exporting {exporter.title.lower()}", len(written), total))
        for path in exporter.write(bundle, directory):
            written.append(path)
            report(Progress(f"exporting {exporter.title.lower()}", len(written), total))
    return written


def estimate_bytes(bundle: PosterBundle, name: str) -> int:
    """About how many bytes the files of one exporter take, found without writing them.

    Raises:
        ConfigError: the name is unknown.
    """
    return get_exporter(name).estimate_bytes(bundle)


def get_exporter(name: str) -> Exporter:
    """The exporter called ``name``; `ConfigError` lists the choices where there is none."""
    if name not in EXPORTERS:
        raise ConfigError(f"export: there is no {name!r}; choose from {', '.join(EXPORTERS)}")
    return EXPORTERS[name]
