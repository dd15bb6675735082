"""Looking through the runs on disk; loads no torch."""

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
from podd_engine.progress import Progress, ProgressCallback
from podd_engine.runs.directory import RunDirectory
from podd_engine.runs.run_info import RunInfo, read_run_info, unread_run_info

BATCH_INTERVAL_S, MAX_BATCH_INTERVAL_S = 0.06, 0.5
"""Time between two deliveries of runs that were looked at; the first, on screen, are the most urgent."""

DRAWING_PAUSE_S = 0.03
"""Time to draw what was delivered: reading and drawing take turns at Python anyway, and far slower."""

_INDEX_FORMAT = 2
"""Raise when `RunInfo` changes."""

KnownRuns = Mapping[Path, RunInfo]
Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class ScanResult:
    """What a look through some folders has found.

    Args:
        runs: all runs there are, by path.
        troubles: why nothing can be seen in a folder, a sentence for each such folder.
    """

    runs: KnownRuns
    errors: Mapping[Path, str]


def scan_runs(
    folders: Iterable[Path],
    known: KnownRuns,
    deliver: Callable[[list[RunInfo]], None],
    report: ProgressCallback,
) -> ScanResult:
    """Look at every run in some folders, the latest first.

    Args:
        folders: the folders that hold run directories; new runs are made in the first, which need
            not be there yet.
        known: earlier glances; what is kept on disk is used besides.
        deliver: receives glances as they come, a few times a second: at once all runs with what an
            earlier look knew of them, then those that are others now.
        report: receives progress; raising `CancelledError` from it ends the looking.
    """
    kept = _read_index()
    listed: list[RunInfo] = []
    errors: dict[Path, str] = {}
    for number, folder in enumerate(dict.fromkeys(folders)):
        try:
            listed += _runs_in(folder)
        except FileNotFoundError:
            if number:
                errors[folder] = f"{folder}: is not there; connect its disk, or take it off the list"
        except OSError as error:
            errors[folder] = f"{folder}: cannot be read ({error.strerror}); allow reading it"
    listed.sort(key=lambda run: run.changed, reverse=True)
    before = [known.get(run.path) or kept.get(run.path) or run for run in listed]
    batch = [run for run in before if run.path not in known]
    found: dict[Path, RunInfo] = {}
    delivered, interval = 0.0, BATCH_INTERVAL_S
    for run in before:
        if batch and time.monotonic() - delivered >= interval:
            report(Progress("looking at runs", len(found), len(before)))
            deliver(batch)
            time.sleep(DRAWING_PAUSE_S)
            batch, delivered = [], time.monotonic()
            interval = min(MAX_BATCH_INTERVAL_S, 2 * interval)
        found[run.path] = read_run_info(run.path, run)
        if found[run.path] != run:
            batch.append(found[run.path])
    # What cannot be seen now may be seen again: its disk is not connected, say.
    hidden = {path: run for path, run in kept.items() if path.parent in errors}
    if {**hidden, **found} != kept:
        _write_index({**hidden, **found})
    return ScanResult(found, errors)


def read_thumbnails(
    paths: Iterable[Path],
    largest_px: tuple[int, int],
    deliver: Callable[[Path, Pixels | None], None],
    report: ProgressCallback,
) -> None:
    """Read the latest kept poster of some runs, as trained.

    Args:
        paths: run directories.
        largest_px: width and height beyond which pixels are left out.
        deliver: receives each run with uint8 [height, width, channels], or None where it has none.
        report: receives progress; raising `CancelledError` from it ends the reading.
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


def _runs_in(folder: Path) -> list[RunInfo]:
    """Run directories of a folder, not looked at yet."""
    with os.scandir(folder) as entries:
        seen = [unread_run_info(Path(entry.path)) for entry in entries]
    return [run for run in seen if run is not None]


def _index_path() -> Path:
    return cache_folder() / "library.json"


def _read_index() -> dict[Path, RunInfo]:
    """What was known when the library was last looked through; empty where nothing usable is kept."""
    try:
        kept = json.loads(_index_path().read_text(encoding="utf-8"))
        if kept["format"] != _INDEX_FORMAT:
            return {}
        runs = [_parse_run(values) for values in kept["runs"]]
    except (OSError, ValueError, KeyError, TypeError):
        return {}  # a cache: what is lost is read again
    return {run.path: run for run in runs}


def _parse_run(values: dict[str, Any]) -> RunInfo:
    values["path"] = Path(values["path"])
    for name in ("stamp", "poster"):
        values[name] = tuple(values[name])
    return RunInfo(**values)


def _write_index(found: KnownRuns) -> None:
    runs = [{**asdict(run), "path": str(run.path)} for run in found.values()]
    text = json.dumps({"format": _INDEX_FORMAT, "runs": runs})
    with suppress(StorageError):  # a cache: without it the next look takes longer
        atomic_write_bytes(_index_path(), text.encode())
