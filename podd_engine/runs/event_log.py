"""Event log of a run: an append-only file of JSON lines that can be read during the run.

JSON has neither NaN nor infinity. Both are written as null and read as NaN.
"""

import errno
import json
import math
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from podd_engine.errors import StorageError
from podd_engine.io.finite_json import finite_json
from podd_engine.io.os_errors import write_error_text
from podd_engine.runtime.events import Evaluation, LengthResult, Notice, StepReport, Terminal


@dataclass(frozen=True)
class Resumed:
    """The run was resumed from ``step``. Earlier log entries about later steps are invalid."""

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
    """Writer that appends events to a log file.

    Args:
        path: log file. Created if it does not exist. An incomplete last line after a crash is removed.

    Raises:
        StorageError: the file cannot be opened for writing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            if path.exists():
                content = path.read_bytes()
                complete = content.rfind(b"\n") + 1
                if complete < len(content):
                    os.truncate(path, complete)
            self._file = path.open("ab", buffering=0)
        except OSError as error:
            raise self._write_error(error) from error

    def append(self, event: LoggedEvent) -> None:
        """Append one event as one complete line.

        Raises:
            StorageError: the event cannot be written, for example because the disk is full. The log
                contains no part of the event.
        """
        end = self._file.tell()
        line = (finite_json({"type": _EVENT_NAMES[type(event)], **asdict(event)}) + "\n").encode()
        try:
            written = self._file.write(line)
        except OSError as error:
            os.truncate(self._path, end)
            raise self._write_error(error) from error
        if written != len(line):  # the disk became full during the write
            os.truncate(self._path, end)
            raise self._write_error(OSError(errno.ENOSPC, "no space left"))

    def _write_error(self, error: OSError) -> StorageError:
        return StorageError(write_error_text(self._path, error))

    def close(self) -> None:
        """Close the file. Further calls have no effect."""
        self._file.close()


class EventLogReader:
    """Incremental reader of a log that another process may be writing.

    Args:
        path: log file. It may be created after the reader.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def read_new_events(self) -> list[LoggedEvent]:
        """Return the events of all complete lines added since the last call, in order.

        An incomplete last line is not consumed. The next call reads it again.

        Raises:
            ValueError, KeyError, TypeError: a line is not a valid event.
        """
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                added = file.read()
        except FileNotFoundError:
            return []
        complete = added[: added.rfind(b"\n") + 1]
        self._offset += len(complete)
        return [_parse(json.loads(line)) for line in complete.splitlines()]


def read_events(path: Path) -> list[LoggedEvent]:
    """Read all valid events of a log in order. Returns an empty list if the log does not exist.

    An incomplete last line and the steps that a later resume reverted are omitted.
    """
    return drop_reverted_events(EventLogReader(path).read_new_events())


def drop_reverted_events(written: Iterable[LoggedEvent]) -> list[LoggedEvent]:
    """Remove step reports and evaluations that a later resume reverted."""
    events: list[LoggedEvent] = []
    for event in written:
        if isinstance(event, Resumed):
            events = [
                earlier
                for earlier in events
                if not isinstance(earlier, StepReport | Evaluation) or earlier.step <= event.step
            ]
        events.append(event)
    return events


def _parse(values: dict[str, Any]) -> LoggedEvent:
    kind = _EVENT_TYPES[values.pop("type")]
    if kind is Evaluation:
        results = values["results"]
        values["results"] = tuple(LengthResult(**_with_nan(LengthResult, result)) for result in results)
    return kind(**_with_nan(kind, values))


def _with_nan(kind: type[Any], values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of an event with NaN in place of null where the event contains a number."""
    floats = {name for name, annotation in get_type_hints(kind).items() if annotation is float}
    return {name: math.nan if value is None and name in floats else value for name, value in values.items()}


LoggedEventT = TypeVar("LoggedEventT", bound=LoggedEvent)


def events_of_type(events: list[LoggedEvent], kind: type[LoggedEventT]) -> list[LoggedEventT]:
    """Return the events of type ``kind``."""
    return [event for event in events if isinstance(event, kind)]
