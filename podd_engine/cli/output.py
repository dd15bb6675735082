"""Output of a command: results on stdout, progress, notes and errors on stderr."""

import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TextIO

import typer
from rich.console import Console

from podd_engine.errors import CancelledError, PoddError
from podd_engine.io.finite_json import finite_json

EXIT_FAILED = 1
EXIT_STOPPED = 130
"""Exit codes of a failed and of a stopped command. The exit code of a successful command is 0."""

PROPAGATED_EXCEPTIONS = (typer.Exit, typer.TyperException, BrokenPipeError)
"""Exceptions that typer or `podd_engine.cli.app.main` handles."""


class Output:
    """Output streams of one command.

    Args:
        as_json: print the result as a single JSON object on stdout.
        verbose: print the traceback of an error.
    """

    def __init__(self, as_json: bool, verbose: bool) -> None:
        self.as_json, self.verbose = as_json, verbose
        self.stdout_console = _console(sys.stdout, stderr=False)
        self.stderr_console = _console(sys.stderr, stderr=True)

    def result(self, values: Mapping[str, Any], print_text: Callable[[Console], None]) -> None:
        """Print the result of the command.

        Args:
            values: the result for ``--json``. NaN and infinity become null because JSON has neither.
            print_text: prints the result as text.
        """
        if self.as_json:
            sys.stdout.write(finite_json(values) + "\n")
            sys.stdout.flush()
        else:
            print_text(self.stdout_console)

    def note(self, text: str) -> None:
        """Print a note on stderr."""
        self.stderr_console.print(f"note: {one_line(text)}")

    def error(self, message: str, details: str = "") -> None:
        """Print an error on stderr.

        Args:
            message: cause and remedy. The message is printed as one line.
            details: traceback, printed above the message if ``--verbose`` is set.
        """
        if self.verbose and details:
            sys.stderr.write(details)
        sys.stderr.write(f"podd: {one_line(message)}\n")
        sys.stderr.flush()

    @contextmanager
    def errors_as_exit_codes(self) -> Iterator[None]:
        """Print an exception of the ``with`` block as one line and exit with the code for it."""
        try:
            yield
        except PROPAGATED_EXCEPTIONS:
            raise
        except (CancelledError, KeyboardInterrupt):
            self.error("stopped")
            raise typer.Exit(EXIT_STOPPED) from None
        except PoddError as error:
            self.error(str(error), _traceback(error))
            raise typer.Exit(EXIT_FAILED) from None
        except Exception as error:  # noqa: BLE001 - a command ends with one line, whatever the cause
            message = f"{type(error).__name__}: {error}"
            hint = "" if self.verbose else " (use --verbose to see the traceback)"
            self.error(message + hint, _traceback(error))
            raise typer.Exit(EXIT_FAILED) from None


def one_line(text: str) -> str:
    """Return ``text`` with each run of white space replaced by a single space."""
    return " ".join(text.split())


def _console(stream: TextIO, stderr: bool) -> Console:
    """Return a console that prints plain text.

    The console writes control codes to a terminal only, even if the environment forces colors.
    """
    return Console(
        stderr=stderr, force_terminal=stream.isatty(), soft_wrap=True, highlight=False, markup=False
    )


def _traceback(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
