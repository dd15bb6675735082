"""Export of a run directory or a poster bundle."""

from collections.abc import Iterable
from os import PathLike
from pathlib import Path

from podd_engine.exporters.registry import EXPORTERS
from podd_engine.exporters.registry import export as export_bundle
from podd_engine.progress import ProgressCallback, ignore_progress
from podd_engine.runs.load_source import load_source


def export(
    path: str | PathLike[str],
    folder: str | PathLike[str],
    names: Iterable[str] | None = None,
    *,
    scale: int = 1,
    cache: Path | None = None,
    report: ProgressCallback = ignore_progress,
) -> list[Path]:
    """Export a poster as images, tables, tensors and a bundle for training.

    Existing files of an earlier export are replaced. Each file is written atomically.

    Args:
        path: run directory or poster bundle (.safetensors). A run directory gives the best poster.
        folder: output folder. It is created if it does not exist.
        names: names of the formats: ``poster``, ``seen``, ``patches``, ``sheet``, ``labels``, ``npz``,
            ``pt`` and ``bundle``. None exports all formats.
        scale: side in px of each pixel of the poster in pictures of the poster and of patches, 1 to 16. The
            names of enlarged files contain the scale, for example ``poster@4x.png``.
        cache: cache folder, used for a run without an evaluation. None uses the cache folder of the
            system.
        report: receives progress in files. A `CancelledError` raised by it ends the export. Complete
            files are kept.

    Returns:
        Paths of the written files, in the order of ``names``.

    Raises:
        ConfigError: a format does not exist, ``names`` is empty, or the scale is invalid. No file is
            written.
        DataError: the run has no evaluation and its dataset is missing.
        RunError: ``path`` is neither a run directory with a poster nor a poster bundle.
        StorageError: the disk is full or the folder cannot be written.

    Example:
        >>> import podd_engine
        >>> podd_engine.export("runs/digits-001", "digits", ["seen", "bundle"])
        [PosixPath('digits/poster-seen.png'), PosixPath('digits/poster.safetensors')]
    """
    bundle = load_source(Path(path), cache, report)
    return export_bundle(bundle, Path(folder), EXPORTERS if names is None else names, report, scale=scale)
