"""Reading what a poster is compared with. Loads torch only when a poster is read."""

from collections.abc import Iterable
from pathlib import Path

from podd_app.live import ComparedPoster
from podd_engine.data.dataset import Report
from podd_engine.events import PosterSnapshot
from podd_engine.runs.directory import RunDirectory


def read_compared(path: Path, report: Report) -> ComparedPoster:
    """The poster of another run, its best, or that of a bundle.

    Args:
        path: a run directory, or a bundle file.
        report: receives progress where the dataset has to be read; raising `Cancelled` ends it.

    Raises:
        PoddError: as `podd_engine.export.source.load_source` does.
    """
    from podd_app.work.pixels import live_poster
    from podd_engine.export.source import load_source

    bundle = load_source(path, report=report)
    snapshot = PosterSnapshot(bundle.step, bundle.poster.numpy(), bundle.patch_labels.numpy())
    poster = live_poster(snapshot, bundle.layout, bundle.preprocessing)
    return ComparedPoster(path, poster, bundle.config, bundle.class_names)


def stamp_of(path: Path) -> int | None:
    """When the poster at ``path`` was last written, ns; None where there is none any more."""
    run = RunDirectory(path)
    for file in (run.best_path, run.checkpoint_path) if path.is_dir() else (path,):
        try:
            return file.stat().st_mtime_ns
        except OSError:
            continue
    return None


def runs_with_posters(folders: Iterable[Path], most: int) -> tuple[Path, ...]:
    """Runs that have a poster to compare with, the one written last first.

    Args:
        folders: the folders that hold run directories; one that is not there holds none.
        most: no more than so many.
    """
    written: dict[Path, int] = {}
    for folder in folders:
        for config in folder.glob("*/config.toml"):
            stamp = stamp_of(config.parent)
            if stamp is not None:
                written[config.parent] = stamp
    return tuple(sorted(written, key=lambda path: written[path], reverse=True)[:most])
