"""Progress of a long operation: a live line on a terminal, occasional lines in a log."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bar

from podd_engine.errors import printable_text
from podd_engine.progress import Progress

SHORTEST_INTERVAL_SECONDS, LONGEST_INTERVAL_SECONDS = 10.0, 300.0
INTERVAL_FRACTION = 0.05
"""Interval between two lines of a log, as a fraction of the elapsed time and within the limits above."""

PERCENTAGE_THRESHOLD = 10_000_000
"""Totals from this number on are byte counts, which are hard to read. They are shown as a percentage."""


class ProgressLine(Protocol):
    """Display of the progress of a long operation."""

    def show(self, progress: Progress, text: str = "") -> None:
        """Show the progress, followed by ``text``."""
        ...

    def print_line(self, text: str) -> None:
        """Print a permanent line."""
        ...


@contextmanager
def progress_line(console: Console) -> Iterator[ProgressLine]:
    """Provide a live line if ``console`` is a terminal that can rewrite lines, otherwise plain lines."""
    if not console.is_terminal or console.is_dumb_terminal:
        yield PlainProgressLines(console)
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=10),
        TextColumn("{task.fields[text]}", style="default", markup=False),
    )
    with Bar(*columns, console=console, transient=True) as bar:
        yield LiveProgressLine(bar)


class LiveProgressLine:
    """Progress line that is rewritten in place and removed at the end.

    Args:
        bar: the progress display of rich.
    """

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._task = bar.add_task("starting", total=None, text="")

    def show(self, progress: Progress, text: str = "") -> None:
        """Rewrite the line."""
        self._bar.update(
            self._task,
            description=progress_text(progress),
            completed=progress.done,
            total=progress.total,
            text=text,
        )

    def print_line(self, text: str) -> None:
        """Print a permanent line above the live line."""
        self._bar.console.print(text)


class PlainProgressLines:
    """Progress as plain lines without control codes. The interval between them grows with the elapsed time.

    Args:
        console: receives the lines.
        clock: returns the time, s.
    """

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console, self._clock = console, clock
        self._started = self._last_printed = clock()
        self._text_printed = False

    def show(self, progress: Progress, text: str = "") -> None:
        """Print a line if the interval has passed, or if there is a ``text`` for the first time."""
        now = self._clock()
        interval = INTERVAL_FRACTION * (now - self._started)
        due = now - self._last_printed >= min(
            max(interval, SHORTEST_INTERVAL_SECONDS), LONGEST_INTERVAL_SECONDS
        )
        if due or (text and not self._text_printed):
            self._text_printed = self._text_printed or bool(text)
            self.print_line(f"{progress_text(progress)}  {text}".rstrip())

    def print_line(self, text: str) -> None:
        """Print a line."""
        self._last_printed = self._clock()
        self._console.print(text)


def progress_text(progress: Progress) -> str:
    """Return the activity and its progress, as counts or as a percentage for large totals."""
    what = printable_text(progress.what)
    if progress.total >= PERCENTAGE_THRESHOLD:
        return f"{what} {progress.done / progress.total:.0%}"
    return f"{what} {progress.done:,}/{progress.total:,}"
