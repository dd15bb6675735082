"""The event log of a run: JSON lines, append-only, readable while it is being written."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from podd_engine.errors import StorageError
from podd_engine.runtime.events import Evaluation, LengthResult, Notice, StepReport, Terminal


@dataclass(frozen=True)
class Resumed:
    """The run went on from ``step``: what the log told of later steps did not happen."""

    step: int


LoggedEvent = StepReport | Evaluation | Notice | Resumed | Terminal

_EVENT_TYPES: dict[str, type[LoggedEvent]] = {
    "step": StepReport,
    "evaluation": Evaluation,
    "notice": Notice,
    "resumed": Resumed,
    "terminal": Terminal,
}
_EVENT_NAMES = {kind: name for name, kind in _EVENT_TYPES.items()}


class EventLog:
    """Appends events to a file.

    Args:
        path: the file; made when missing. A torn last line, left by a crash, is cut off.

    Raises:
        StorageError: it cannot be opened for writing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            if path.exists():
                content = path.read_bytes()
                whole = content.rfind(b"\n") + 1
                if whole < len(content):
                    os.truncate(path, whole)
            self._file = path.open("ab", buffering=0)
        except OSError as error:
            raise self._write_error(error.strerror) from error

    def append(self, event: LoggedEvent) -> None:
        """Write one event as one whole line.

        Raises:
            StorageError: it could not be written, by a full disk say; no part of it is left.
        """
        end = self._file.tell()
        line = (json.dumps({"type": _EVENT_NAMES[type(event)], **asdict(event)}) + "\n").encode()
        try:
            written = self._file.write(line)
        except OSError as error:
            os.truncate(self._path, end)
            raise self._write_error(error.strerror) from error
        if written != len(line):  # the last bytes of a disk that is full now
            os.truncate(self._path, end)
            raise self._write_error("no space left")

    def _write_error(self, cause: str | None) -> StorageError:
        return StorageError(f"{self._path}: cannot be written ({cause}); free some space")

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        self._file.close()


class EventLogReader:
    """Reads a log from its beginning, and what is added to it later, while another process writes it.

    Args:
        path: the file; may come into being later.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0

    def read_new_events(self) -> list[LoggedEvent]:
        """The events of whole lines added since the last call, in order, as they were written.

        A last line that is still being written, or was torn by a crash, is left for later.

        Raises:
            ValueError, KeyError, TypeError: a line is no event.
        """
        try:
            with self._path.open("rb") as file:
                file.seek(self._read)
                added = file.read()
        except FileNotFoundError:
            return []
        whole = added[: added.rfind(b"\n") + 1]
        self._read += len(whole)
        return [_parse(json.loads(line)) for line in whole.splitlines()]


def read_events(path: Path) -> list[LoggedEvent]:
    """Every event of the log that still holds, in order; empty where there is no log.

    A torn last line is dropped; steps that a later resume took back are left out.
    """
    return drop_reverted_events(EventLogReader(path).read_new_events())


def drop_reverted_events(written: Iterable[LoggedEvent]) -> list[LoggedEvent]:
    """Of events as they were written, those that a later resume did not take back."""
    events: list[LoggedEvent] = []
    for event in written:
        if isinstance(event, Resumed):
            events = [
                past
                for past in events
                if not isinstance(past, StepReport | Evaluation) or past.step <= event.step
            ]
        events.append(event)
    return events


def _parse(values: dict[str, Any]) -> LoggedEvent:
    kind = _EVENT_TYPES[values.pop("type")]
    if kind is Evaluation:
        values["results"] = tuple(LengthResult(**result) for result in values["results"])
    return kind(**values)


LoggedEventT = TypeVar("LoggedEventT", bound=LoggedEvent)


def events_of_type(events: list[LoggedEvent], kind: type[LoggedEventT]) -> list[LoggedEventT]:
    """The events of one kind."""
    return [event for event in events if isinstance(event, kind)]
