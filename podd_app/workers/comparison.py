"""Reads reference posters for comparisons. Imports torch only when a poster is read."""

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
    """Thread-safe reader of the posters of a run directory or a bundle.

    The first call of `read` reads the bundle, which is then cached. The constructor reads nothing.

    Args:
        path: run directory or bundle file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._bundle: PosterBundle | None = None
        self._read_lock = Lock()

    def read(self, step: int | None, report: ProgressCallback) -> "ComparisonResult":
        """Read a poster.

        Args:
            step: outer step. The snapshot nearest to this step is read. None reads the best poster.
                Ignored for a bundle.
            report: callback for progress while the dataset is read.

        Raises:
            PoddError: see `podd_engine.runs.load_source.load_source`, or the snapshot is damaged.
        """
        from podd_app.workers.pixels import render_poster
        from podd_engine.runs.load_source import load_source

        stamp = modification_time(self.path)  # before reading, so that a later change is noticed
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
    """Result of `ComparisonReader.read`.

    Args:
        compared: the reference poster.
        steps: outer steps of the snapshots of the run, ascending; empty for a bundle.
        stamp: `modification_time` before the poster was read.
    """

    compared: ComparisonPoster
    steps: tuple[int, ...] = ()
    stamp: int | None = None


def nearest_step(steps: Sequence[int], step: int) -> int:
    """Return the element of ``steps`` that is nearest to ``step``. Of two, return the earlier."""
    return min(steps, key=lambda candidate: (abs(candidate - step), candidate))


def modification_time(path: Path) -> int | None:
    """Return the modification time of the poster at ``path`` in ns; None if there is no poster."""
    run = RunDirectory(path)
    for file in (run.best_path, run.checkpoint_path) if path.is_dir() else (path,):
        try:
            return file.stat().st_mtime_ns
        except OSError:
            continue
    return None


def runs_with_posters(folders: Iterable[Path], most: int) -> tuple[Path, ...]:
    """Return runs that have a poster, latest modification first.

    Args:
        folders: folders that contain run directories. Missing folders are ignored.
        most: maximum number of runs.
    """
    modified: dict[Path, int] = {}
    for folder in folders:
        for config in folder.glob("*/config.toml"):
            stamp = modification_time(config.parent)
            if stamp is not None:
                modified[config.parent] = stamp
    return tuple(sorted(modified, key=lambda path: modified[path], reverse=True)[:most])
