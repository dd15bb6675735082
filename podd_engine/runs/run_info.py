"""What a run on disk is and how it is doing, from a few small reads; loads no torch."""

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
from podd_engine.runs.directory import RunDirectory
from podd_engine.runs.notes import notes_path

RunInfoStatus = Literal["running", "finished", "stopped", "failed", "interrupted", "damaged", "unread"]
"""Being written; its three ends; cut off without an end; cannot be read; not looked at yet."""

TAIL_BYTES = 4096
"""The end of a log that is read first: some ten lines. Longer last lines have more read."""


FileStamp = tuple[int, ...]
"""Changes whenever what a run tells at a glance may have changed."""


@dataclass(frozen=True)
class RunInfo:
    """A run at a glance.

    Args:
        path: the run directory.
        stamp: of its files when they were read.
        status: how it is doing.
        dataset: title of its dataset.
        images_per_class: budget of its poster.
        poster: its width and height, px.
        classes: number of classes.
        step, steps: outer steps taken, and wanted.
        accuracy, accuracy_std: of the best poster on test images, over networks, in [0, 1]; None
            before an evaluation.
        networks: fresh networks measured.
        changed: when its log last grew, s since the epoch.
        message: why it failed or cannot be read; empty otherwise.
        notes: what a person noted about it.
        has_checkpoint: whether there is something to go on from.
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
        """Whether it can go on from its checkpoint now."""
        return self.has_checkpoint and self.status in ("stopped", "failed", "interrupted")


def read_run_info(path: Path, known: RunInfo | None = None) -> RunInfo:
    """Look at the run directory at ``path``; one that cannot be read is told as ``damaged``.

    Args:
        path: the run directory.
        known: an earlier glance, which saves reading files that have not changed since.
    """
    run = RunDirectory(path)
    stamp = _file_stamp(run)
    found = known if known is not None and known.stamp == stamp else _read(run, stamp)
    if found.status not in ("interrupted", "running"):
        return found
    return replace(found, status="running" if run.is_locked() else "interrupted")


def unread_run_info(path: Path) -> RunInfo | None:
    """A run directory of which no more is known than when it last grew; None where ``path`` is none.

    One that may not be looked into is told as ``damaged``.
    """
    run = RunDirectory(path)
    try:
        changed_ns = run.config_path.stat().st_mtime_ns
        with suppress(FileNotFoundError):
            changed_ns = max(changed_ns, run.events_path.stat().st_mtime_ns)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return RunInfo(path, (), "damaged", message=f"cannot be looked into ({error.strerror})")
    return RunInfo(path, (), "unread", changed=changed_ns / 1e9)


def _file_stamp(run: RunDirectory) -> FileStamp:
    stamp = []
    for file in (run.config_path, run.events_path, run.checkpoint_path, notes_path(run.path)):
        try:
            about = file.stat()
        except OSError:
            stamp += [0, 0]
        else:
            stamp += [about.st_mtime_ns, about.st_size]
    return tuple(stamp)


def _read(run: RunDirectory, stamp: FileStamp) -> RunInfo:
    try:
        config = run.config
        step, terminal = _last_step_and_terminal(run.events_path)
        measured, networks = _best_evaluation(run.best_path)
        notes = _notes(run.path)
    except (ConfigError, OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        return RunInfo(run.path, stamp, "damaged", message=" ".join(str(error).split()))
    layout, facts = config.layout, CATALOGUE.get(config.dataset.name)
    best = min(measured, key=lambda result: result["train_loss"], default=None)
    return RunInfo(
        path=run.path,
        stamp=stamp,
        status=terminal.get("kind", "interrupted"),
        dataset=facts.title if facts else Path(config.dataset.path).name,
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
    """Outer steps taken as the log tells, and its terminal event if that is its last; else ``{}``."""
    last: dict[str, Any] = {}
    for event in _events_reversed(log):
        last = last or event
        if "step" in event:
            return event["step"], last if last["type"] == "terminal" else {}
    return 0, {}


def _events_reversed(log: Path) -> Iterator[dict[str, Any]]:
    """The events of a log, the last first, read only as far as they are asked for; no torn last line."""
    if not log.exists():
        return
    with log.open("rb") as file:
        start = file.seek(0, os.SEEK_END)
        rest: bytes | None = None  # the end of a line whose beginning is not read yet
        while start > 0:
            size = min(start, TAIL_BYTES)
            start = file.seek(start - size)
            first, *lines = (file.read(size) + (rest or b"")).split(b"\n")
            if rest is None:
                if not lines:
                    continue  # all of it belongs to a line that is still being written
                lines.pop()
            yield from map(json.loads, reversed(lines))
            rest = first
        if rest:
            yield json.loads(rest)


def _best_evaluation(best: Path) -> tuple[list[dict[str, float]], int]:
    """The evaluation of a run's best poster: results for each training length, and networks."""
    if not best.is_file():
        return [], 0
    with safe_open(best, framework="numpy") as file:
        about = json.loads(file.metadata()["podd"])
    return about["measured"], about["networks"]


def _notes(run: Path) -> str:
    """The notes of a run, as far as they are text."""
    path = notes_path(run)
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
