"""Status and key figures of a run on disk, from a few small reads. Loads no torch."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from safetensors import SafetensorError, safe_open

from podd_engine.config.dataset_catalogue import CATALOGUE
from podd_engine.errors import ConfigError
from podd_engine.io.os_errors import explain_os_error, read_error_text
from podd_engine.runs.directory import RunDirectory
from podd_engine.runs.notes import notes_path

RunInfoStatus = Literal["running", "finished", "stopped", "failed", "interrupted", "damaged", "unread"]
"""Status of a run.

"running": a process is writing the run. "finished", "stopped", "failed": the kinds of terminal events.
"interrupted": the log ends without a terminal event. "damaged": the run cannot be read. "unread": the run
was not read yet.
"""

TAIL_BYTES = 4096
"""Block size for reading a log from its end, about ten lines. Longer lines take several blocks."""


FileStamp = tuple[int, ...]
"""Modification times and sizes of the files that `RunInfo` depends on."""


@dataclass(frozen=True)
class RunInfo:
    """Status and key figures of a run.

    Args:
        path: run directory.
        stamp: stamp of the files at the time of reading.
        status: status of the run.
        dataset: title of the dataset.
        images_per_class: pixel budget of the poster in images per class.
        poster: width and height of the poster, px.
        classes: number of classes.
        step, steps: number of completed and of planned outer steps.
        accuracy, accuracy_std: mean and standard deviation of the best poster's test accuracy over
            networks, in [0, 1]. None before an evaluation.
        networks: number of newly initialized networks in the evaluation.
        changed: time of the last change to the config or the log, s since the epoch.
        message: reason for a failure or a read error, empty otherwise.
        notes: the user's notes.
        has_checkpoint: whether the run has a checkpoint.
    """

    path: Path
    stamp: FileStamp
    status: RunInfoStatus
    dataset: str = ""
    images_per_class: float = 0.0
    poster: tuple[int, int] = (0, 0)
    classes: int = 0
    step: int = 0
    steps: int = 0
    accuracy: float | None = None
    accuracy_std: float | None = None
    networks: int = 0
    changed: float = 0.0
    message: str = ""
    notes: str = ""
    has_checkpoint: bool = False

    @property
    def resumable(self) -> bool:
        """Whether the run can be resumed from its checkpoint now."""
        return self.has_checkpoint and self.status in ("stopped", "failed", "interrupted")


def read_run_info(path: Path, known: RunInfo | None = None) -> RunInfo:
    """Read the status and key figures of a run. A run that cannot be read has the status "damaged".

    Args:
        path: run directory.
        known: earlier result for this run. Files that have not changed since are not read again.
    """
    run = RunDirectory(path)
    stamp = _file_stamp(run)
    info = known if known is not None and known.stamp == stamp else _read(run, stamp)
    if info.status not in ("interrupted", "running"):
        return info
    return replace(info, status="running" if run.is_locked() else "interrupted")


def unread_run_info(path: Path) -> RunInfo | None:
    """Return a run with only its path and modification time, or None if ``path`` is not a run directory.

    A run directory without read permission has the status "damaged".
    """
    run = RunDirectory(path)
    try:
        changed_ns = run.config_path.stat().st_mtime_ns
        with suppress(FileNotFoundError):
            changed_ns = max(changed_ns, run.events_path.stat().st_mtime_ns)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        cause, remedy = explain_os_error(error, writing=False)
        return RunInfo(path, (), "damaged", message=f"cannot be read ({cause}); {remedy}")
    return RunInfo(path, (), "unread", changed=changed_ns / 1e9)


def _file_stamp(run: RunDirectory) -> FileStamp:
    stamp = []
    for file in (run.config_path, run.events_path, run.checkpoint_path, notes_path(run.path)):
        try:
            stat = file.stat()
        except OSError:
            stamp += [0, 0]
        else:
            stamp += [stat.st_mtime_ns, stat.st_size]
    return tuple(stamp)


def _read(run: RunDirectory, stamp: FileStamp) -> RunInfo:
    file = run.config_path
    try:
        config = run.config
        file = run.events_path
        step, terminal = _last_step_and_terminal(file)
        file = run.best_path
        measured, networks = _best_evaluation(file)
        file = notes_path(run.path)
        notes = _notes(file)
    except (ConfigError, OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        return RunInfo(run.path, stamp, "damaged", message=_problem(file, error))
    layout, entry = config.layout, CATALOGUE.get(config.dataset.name)
    best = min(measured, key=lambda result: result["train_loss"], default=None)
    return RunInfo(
        path=run.path,
        stamp=stamp,
        status=terminal.get("kind", "interrupted"),
        dataset=entry.title if entry else Path(config.dataset.path).name,
        images_per_class=layout.images_per_class,
        poster=layout.poster,
        classes=layout.classes,
        step=step,
        steps=config.outer.steps,
        accuracy=best["test_accuracy"] if best else None,
        accuracy_std=best["test_accuracy_std"] if best else None,
        networks=networks,
        changed=max(stamp[0], stamp[2]) / 1e9,
        message=terminal.get("message", ""),
        notes=notes,
        has_checkpoint=run.checkpoint_path.is_file(),
    )


def _last_step_and_terminal(log: Path) -> tuple[int, dict[str, Any]]:
    """Return the number of outer steps, and the last event if it is a terminal event, else ``{}``."""
    last: dict[str, Any] = {}
    for event in _events_reversed(log):
        last = last or event
        if "step" in event:
            return event["step"], last if last["type"] == "terminal" else {}
    return 0, {}


def _events_reversed(log: Path) -> Iterator[dict[str, Any]]:
    """Yield the events of a log from last to first, reading blocks on demand.

    Skips an incomplete last line.
    """
    if not log.exists():
        return
    with log.open("rb") as file:
        start = file.seek(0, os.SEEK_END)
        rest: bytes | None = None  # end of a line whose beginning is not read yet
        while start > 0:
            size = min(start, TAIL_BYTES)
            start = file.seek(start - size)
            first, *lines = (file.read(size) + (rest or b"")).split(b"\n")
            if rest is None:
                if not lines:
                    continue  # the whole block belongs to an incomplete last line
                lines.pop()
            yield from map(json.loads, reversed(lines))
            rest = first
        if rest:
            yield json.loads(rest)


def _best_evaluation(best: Path) -> tuple[list[dict[str, float]], int]:
    """Return the results per training length and the number of networks for a run's best poster."""
    if not best.is_file():
        return [], 0
    with safe_open(best, framework="numpy") as file:
        metadata = json.loads(file.metadata()["podd"])
    return metadata["measured"], metadata["networks"]


def _problem(file: Path, error: Exception) -> str:
    """Return the message for a file of a run that cannot be read."""
    if isinstance(error, ConfigError):
        return str(error)
    if isinstance(error, OSError):
        return read_error_text(file, error)
    return f"{file}: the file is damaged; restore it from a backup, or delete the run"


def _notes(path: Path) -> str:
    """Return the notes in ``path``, with invalid UTF-8 replaced."""
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
