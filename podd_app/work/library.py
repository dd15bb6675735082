"""Looking through the runs on disk; loads no torch."""

import json
import os
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from podd_engine.data.dataset import Progress, Report
from podd_engine.data.places import cache_folder
from podd_engine.errors import RunError
from podd_engine.files import atomic_write_bytes
from podd_engine.runs.directory import RunDirectory
from podd_engine.runs.glance import RunGlance, glance

DELIVERY_S = 0.06
"""Time between two deliveries of runs that were looked at."""

_INDEX_FORMAT = 1
"""Raise when `RunGlance` changes."""

Known = Mapping[Path, RunGlance]
Pixels = NDArray[np.uint8]


def look_through(
    folders: Iterable[Path], known: Known, deliver: Callable[[list[RunGlance]], None], report: Report
) -> Known:
    """Look at every run in some folders, the latest first.

    Args:
        folders: the folders that hold run directories; one that is not there holds none.
        known: earlier glances; what is kept on disk is used besides.
        deliver: receives glances as they come, a few times a second.
        report: receives progress; raising `Cancelled` from it ends the looking.

    Returns:
        All runs there are.

    Raises:
        RunError: a folder cannot be read.
    """
    paths = [path for folder in dict.fromkeys(folders) for path in _runs_in(folder)]
    kept = _read_index()
    found: dict[Path, RunGlance] = {}
    batch: list[RunGlance] = []
    delivered = time.monotonic()
    for path in paths:
        found[path] = glance(path, known.get(path) or kept.get(path))
        batch.append(found[path])
        if time.monotonic() - delivered >= DELIVERY_S:
            report(Progress("looking at runs", len(found), len(paths)))
            deliver(batch)
            batch, delivered = [], time.monotonic()
    if {path: run.stamp for path, run in found.items()} != {path: run.stamp for path, run in kept.items()}:
        _write_index(found)
    return found


def draw_thumbnails(
    paths: Iterable[Path],
    largest_px: tuple[int, int],
    deliver: Callable[[Path, Pixels | None], None],
    report: Report,
) -> None:
    """Read the latest kept poster of some runs, as trained.

    Args:
        paths: run directories.
        largest_px: width and height beyond which pixels are left out.
        deliver: receives each run with uint8 [height, width, channels], or None where it has none.
        report: receives progress; raising `Cancelled` from it ends the reading.
    """
    for path in paths:
        report(Progress("reading thumbnails", 0, 0))
        deliver(path, _thumbnail(RunDirectory(path), largest_px))


def _thumbnail(run: RunDirectory, largest_px: tuple[int, int]) -> Pixels | None:
    try:
        steps = run.snapshot_steps()
        if not steps:
            return None
        poster = run.load_snapshot(steps[-1]).poster
    except (OSError, ValueError, KeyError, BadZipFile):
        return None  # being written, or damaged: a card without a picture says enough
    (width, height), (_, rows, columns) = largest_px, poster.shape
    stride = max(1, -(-columns // width), -(-rows // height))
    small = poster[:, ::stride, ::stride]
    low, high = float(small.min()), float(small.max())
    shares = (small - low) / (high - low) if high > low else np.full_like(small, 0.5)
    return np.ascontiguousarray(np.round(shares * 255).astype(np.uint8).transpose(1, 2, 0))


def _runs_in(folder: Path) -> list[Path]:
    """Run directories of a folder, the one changed last first."""
    if not folder.is_dir():
        return []
    try:
        with os.scandir(folder) as entries:
            dated = [(entry.stat().st_mtime_ns, Path(entry.path)) for entry in entries if entry.is_dir()]
    except OSError as error:
        raise RunError(
            f"{folder}: cannot be read ({error.strerror}); choose another folder of runs"
        ) from error
    return [path for _, path in sorted(dated, reverse=True) if (path / "config.toml").is_file()]


def _index_path() -> Path:
    return cache_folder() / "library.json"


def _read_index() -> dict[Path, RunGlance]:
    """What was known when the library was last looked through; empty where nothing usable is kept."""
    try:
        kept = json.loads(_index_path().read_text(encoding="utf-8"))
        if kept["format"] != _INDEX_FORMAT:
            return {}
        runs = [_glance_of(values) for values in kept["runs"]]
    except (OSError, ValueError, KeyError, TypeError):
        return {}  # a cache: what is lost is read again
    return {run.path: run for run in runs}


def _glance_of(values: dict[str, Any]) -> RunGlance:
    values["path"] = Path(values["path"])
    for name in ("stamp", "poster"):
        values[name] = tuple(values[name])
    return RunGlance(**values)


def _write_index(found: Known) -> None:
    runs = [{**asdict(run), "path": str(run.path)} for run in found.values()]
    text = json.dumps({"format": _INDEX_FORMAT, "runs": runs})
    atomic_write_bytes(_index_path(), text.encode())
