"""Scans the runs on disk and reads their thumbnails. Does not import torch."""

import json
import os
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from podd_engine.errors import StorageError
from podd_engine.io.app_dirs import cache_folder
from podd_engine.io.atomic_write import atomic_write_bytes
from podd_engine.io.os_errors import read_error_text
from podd_engine.progress import Progress, ProgressCallback
from podd_engine.runs.directory import RunDirectory
from podd_engine.runs.run_info import RunInfo, read_run_info, unread_run_info

BATCH_INTERVAL_S, MAX_BATCH_INTERVAL_S = 0.06, 0.5
"""First and longest time between two deliveries. The first runs are visible and therefore urgent."""

DRAWING_PAUSE_S = 0.03
"""Pause after a delivery, so that the GUI thread can draw without waiting for the interpreter lock."""

_INDEX_FORMAT = 2
"""Increment when `RunInfo` changes."""

KnownRuns = Mapping[Path, RunInfo]
Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class ScanResult:
    """Result of a scan.

    Args:
        runs: all runs by path.
        errors: error messages of the folders that cannot be read.
    """

    runs: KnownRuns
    errors: Mapping[Path, str]


def scan_runs(
    folders: Iterable[Path],
    known: KnownRuns,
    deliver: Callable[[list[RunInfo]], None],
    report: ProgressCallback,
) -> ScanResult:
    """Read the state of all runs in some folders, latest run first.

    Args:
        folders: folders that contain run directories. The first is the folder for new runs, which may
            not exist yet.
        known: results of earlier scans. The index on disk is used for other runs.
        deliver: callback for new results, called a few times per second. The first call delivers all
            runs with their last known state. Later calls deliver changed runs.
        report: callback for progress. It raises `CancelledError` to cancel the scan.
    """
    index = _read_index()
    listed: list[RunInfo] = []
    errors: dict[Path, str] = {}
    for position, folder in enumerate(dict.fromkeys(folders)):
        try:
            listed += _runs_in(folder)
        except FileNotFoundError:
            if position:
                errors[folder] = (
                    f"{folder}: the folder does not exist; connect its disk or remove it from the list"
                )
        except OSError as error:
            errors[folder] = read_error_text(folder, error)
    listed.sort(key=lambda run: run.changed, reverse=True)
    before = [known.get(run.path) or index.get(run.path) or run for run in listed]
    batch = [run for run in before if run.path not in known]
    found: dict[Path, RunInfo] = {}
    delivered, interval = 0.0, BATCH_INTERVAL_S
    for run in before:
        if batch and time.monotonic() - delivered >= interval:
            report(Progress("scanning runs", len(found), len(before)))
            deliver(batch)
            time.sleep(DRAWING_PAUSE_S)
            batch, delivered = [], time.monotonic()
            interval = min(MAX_BATCH_INTERVAL_S, 2 * interval)
        found[run.path] = read_run_info(run.path, run)
        if found[run.path] != run:
            batch.append(found[run.path])
    # Keep the runs of unreadable folders. Their disk may be connected again later.
    hidden = {path: run for path, run in index.items() if path.parent in errors}
    if {**hidden, **found} != index:
        _write_index({**hidden, **found})
    return ScanResult(found, errors)


def read_thumbnails(
    paths: Iterable[Path],
    largest_px: tuple[int, int],
    deliver: Callable[[Path, Pixels | None], None],
    report: ProgressCallback,
) -> None:
    """Read the preprocessed poster of the latest snapshot of some runs.

    Args:
        paths: run directories.
        largest_px: maximum width and height. Larger posters are subsampled.
        deliver: callback for each run, with uint8 [height, width, channels], or None if the run has
            no readable snapshot.
        report: callback for progress. It raises `CancelledError` to cancel the reading.
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
        return None  # the file is incomplete or damaged; the card shows no image
    (width, height), (_, rows, columns) = largest_px, poster.shape
    stride = max(1, -(-columns // width), -(-rows // height))
    small = poster[:, ::stride, ::stride]
    low, high = float(small.min()), float(small.max())
    scaled = (small - low) / (high - low) if high > low else np.full_like(small, 0.5)
    return np.ascontiguousarray(np.round(scaled * 255).astype(np.uint8).transpose(1, 2, 0))


def _runs_in(folder: Path) -> list[RunInfo]:
    """Return the run directories of a folder without reading their files."""
    with os.scandir(folder) as entries:
        runs = [unread_run_info(Path(entry.path)) for entry in entries]
    return [run for run in runs if run is not None]


def _index_path() -> Path:
    return cache_folder() / "library.json"


def _read_index() -> dict[Path, RunInfo]:
    """Return the runs of the last scan from the index on disk; empty if the index is not usable."""
    try:
        index = json.loads(_index_path().read_text(encoding="utf-8"))
        if index["format"] != _INDEX_FORMAT:
            return {}
        runs = [_parse_run(values) for values in index["runs"]]
    except (OSError, ValueError, KeyError, TypeError):
        return {}  # the index is only a cache; the scan reads the runs again
    return {run.path: run for run in runs}


def _parse_run(values: dict[str, Any]) -> RunInfo:
    values["path"] = Path(values["path"])
    for name in ("stamp", "poster"):
        values[name] = tuple(values[name])
    return RunInfo(**values)


def _write_index(found: KnownRuns) -> None:
    runs = [{**asdict(run), "path": str(run.path)} for run in found.values()]
    text = json.dumps({"format": _INDEX_FORMAT, "runs": runs})
    with suppress(StorageError):  # the index is only a cache; without it the next scan takes longer
        atomic_write_bytes(_index_path(), text.encode())
