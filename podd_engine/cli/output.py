"""What a command says and where: results to stdout, everything else to stderr."""

import json
import sys
import traceback
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self, TextIO

import typer
from rich.console import Console

from podd_engine.errors import CancelledError, PoddError

EXIT_FAILED = 1
EXIT_STOPPED = 130
"""Exit codes, beside 0 for done."""

PROPAGATED_EXCEPTIONS = (typer.Exit, typer.TyperException, BrokenPipeError)
"""What the program around a command deals with."""


class Output:
    """The two streams of a command, and its exit code when it fails; a context around its work.

    Args:
        as_json: the result is one JSON object, alone on stdout.
        verbose: errors come with their traceback.
    """

    def __init__(self, as_json: bool, verbose: bool) -> None:
        self.as_json, self.verbose = as_json, verbose
        self.stdout_console = _console(sys.stdout, stderr=False)
        self.stderr_console = _console(sys.stderr, stderr=True)

    def result(self, values: Mapping[str, Any], print_text: Callable[[Console], None]) -> None:
        """Print the outcome: ``values`` as JSON, or what ``print_text`` prints."""
        if self.as_json:
            sys.stdout.write(json.dumps(values, allow_nan=False) + "\n")
            sys.stdout.flush()
        else:
            print_text(self.stdout_console)

    def note(self, text: str) -> None:
        """Say something worth knowing that is not an error."""
        self.stderr_console.print(f"note: {one_line(text)}")

    def error(self, message: str, details: str = "") -> None:
        """Say in one line what went wrong; before it, if asked for, the traceback."""
        if self.verbose and details:
            sys.stderr.write(details)
        sys.stderr.write(f"podd: {one_line(message)}\n")
        sys.stderr.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, CancelledError | KeyboardInterrupt):
            self.error("stopped")
            raise typer.Exit(EXIT_STOPPED) from None
        if isinstance(error, PoddError):
            self.error(str(error), _traceback(error))
            raise typer.Exit(EXIT_FAILED) from None
        if isinstance(error, Exception) and not isinstance(
            error, typer.Exit | typer.TyperException | BrokenPipeError
        ):
            message = f"{type(error).__name__}: {error}"
            self.error(message if self.verbose else f"{message} (--verbose shows where)", _traceback(error))
            raise typer.Exit(EXIT_FAILED) from None


def _console(stream: TextIO, stderr: bool) -> Console:
    """Prints text as it is; a stream that is no terminal never gets control codes, whatever is forced."""
    return Console(
        stderr=stderr, force_terminal=stream.isatty(), soft_wrap=True, highlight=False, markup=False
    )


def one_line(text: str) -> str:
    """``text`` with its line breaks and runs of spaces turned into single spaces."""
    return " ".join(text.split())


def _traceback(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
