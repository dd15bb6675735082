"""Reading what a poster is compared with. Loads torch only when a poster is read."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from podd_app.models.run_messages import ComparisonPoster
from podd_app.workers.snapshots import read_snapshot
from podd_engine.progress import ProgressCallback
from podd_engine.runs.directory import RunDirectory
from podd_engine.runtime.events import PosterSnapshot

if TYPE_CHECKING:
    from podd_engine.runs.bundle import PosterBundle


class ComparisonReader:
    """Reads posters of another run, or that of a bundle, on any threads.

    The bundle is read once, with the first poster. Making a source reads nothing.

    Args:
        path: a run directory, or a bundle file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._bundle: PosterBundle | None = None
        self._read_lock = Lock()

    def read(self, step: int | None, report: ProgressCallback) -> "ComparisonResult":
        """A poster, and what else could be read.

        Args:
            step: of the kept posters, the one nearest to it; None, and for a bundle: the best.
            report: receives progress where the dataset has to be read; raising `CancelledError` ends it.

        Raises:
            PoddError: as `podd_engine.runs.load_source.load_source` does, or a kept poster is damaged.
        """
        from podd_app.workers.pixels import render_poster
        from podd_engine.runs.load_source import load_source

        stamp = modification_time(self.path)  # before the poster: what is written meanwhile is read again
        steps = tuple(RunDirectory(self.path).snapshot_steps()) if self.path.is_dir() else ()
        with self._read_lock:
            bundle = self._bundle = self._bundle or load_source(self.path, report=report)
        if step is None or not steps:
            snapshot = PosterSnapshot(bundle.step, bundle.poster.numpy(), bundle.patch_labels.numpy())
        else:
            snapshot = read_snapshot(RunDirectory.open(self.path), nearest_step(steps, step))
        poster = render_poster(snapshot, bundle.layout, bundle.preprocessing)
        compared = ComparisonPoster(self.path, poster, bundle.config, bundle.class_names)
        return ComparisonResult(compared, steps, stamp)


class ComparisonResult(NamedTuple):
    """What reading brought.

    Args:
        compared: the poster.
        steps: outer steps that the run keeps posters of, rising; empty for a bundle.
        stamp: as `modification_time` gives it, from before the poster was read.
    """

    compared: ComparisonPoster
    steps: tuple[int, ...] = ()
    stamp: int | None = None


def nearest_step(steps: Sequence[int], step: int) -> int:
    """The one of ``steps`` that lies nearest to ``step``, the earlier of two."""
    return min(steps, key=lambda kept: (abs(kept - step), kept))


def modification_time(path: Path) -> int | None:
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
            stamp = modification_time(config.parent)
            if stamp is not None:
                written[config.parent] = stamp
    return tuple(sorted(written, key=lambda path: written[path], reverse=True)[:most])
