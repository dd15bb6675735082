"""One line that says how far lengthy work is: live on a terminal, a new line now and then in a log."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bar

from podd_engine.progress import Progress

SHORTEST_INTERVAL_SECONDS, LONGEST_INTERVAL_SECONDS = 10.0, 300.0
INTERVAL_FRACTION = 0.05
"""A log gets a line each time this share of the work's time so far has passed, within the bounds above."""

PERCENTAGE_THRESHOLD = 10_000_000


class ProgressLine(Protocol):
    """Where lengthy work is."""

    def show(self, progress: Progress, text: str = "") -> None:
        """Show how far the work is, and ``text`` about it."""
        ...

    def print_line(self, text: str) -> None:
        """Print a line that stays."""
        ...


@contextmanager
def progress_line(console: Console) -> Iterator[ProgressLine]:
    """A live line where ``console`` is a terminal that can rewrite a line, else plain lines."""
    if not console.is_terminal or console.is_dumb_terminal:
        yield PlainProgressLines(console)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=10),
        TextColumn("{task.fields[text]}", style="default"),
    )
    with Bar(*columns, console=console, transient=True) as bar:
        yield LiveProgressLine(bar)


class LiveProgressLine:
    """One line that is rewritten in place, and is gone when the work ends."""

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
        """Print a line above the live one."""
        self._bar.console.print(text)


class PlainProgressLines:
    """Whole lines without control codes, ever further apart the longer the work takes."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console, self._clock = console, clock
        self._started = self._last_printed = clock()
        self._text_printed = False

    def show(self, progress: Progress, text: str = "") -> None:
        """Print a line if the last one is long enough ago, or there is ``text`` for the first time."""
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
    """How much of what is done: counts, or a share where they are as long as those of bytes."""
    if progress.total >= PERCENTAGE_THRESHOLD:
        return f"{progress.what} {progress.done / progress.total:.0%}"
    return f"{progress.what} {progress.done}/{progress.total}"
