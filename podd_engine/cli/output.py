"""Output of a command: results on stdout, progress, notes and errors on stderr."""

import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from rich.console import Console

from podd_engine.cli.streams import PlainConsole, SafeStream
from podd_engine.errors import CancelledError, PoddError, StorageError, is_out_of_memory, one_line_text
from podd_engine.io.finite_json import finite_json
from podd_engine.io.os_errors import error_text, write_error_text

EXIT_FAILED = 1
EXIT_STOPPED = 130
"""Exit codes of a failed and of a stopped command. The exit code of a successful command is 0."""

PROPAGATED_EXCEPTIONS = (typer.Exit, typer.TyperException)
"""Exceptions that typer or `podd_engine.cli.app.main` handles."""


class Output:
    """Output streams of one command.

    Args:
        as_json: print the result as a single JSON object on stdout.
        verbose: print the traceback of an error.
    """

    def __init__(self, as_json: bool, verbose: bool) -> None:
        self.as_json, self.verbose = as_json, verbose
        self._stdout, self._stderr = SafeStream(sys.stdout), SafeStream(sys.stderr)
        self.stderr_console = PlainConsole(self._stderr)

    def result(self, values: Mapping[str, Any], print_text: Callable[[Console], None]) -> None:
        """Print the result of the command.

        Args:
            values: the result for ``--json``. NaN and infinity become null because JSON has neither.
            print_text: prints the result as text.

        Raises:
            StorageError: stdout cannot be written, for example because it is a file on a full disk. A program
                that has stopped reading the output is no error.
        """
        if self.as_json:
            self._stdout.write(finite_json(values) + "\n")
            self._stdout.flush()
        else:
            print_text(PlainConsole(self._stdout))
        failure = self._stdout.failure
        if failure is not None and not isinstance(failure, BrokenPipeError):
            raise StorageError(write_error_text("standard output", failure))

    def note(self, text: str) -> None:
        """Print a note on stderr."""
        self.stderr_console.print(f"note: {one_line_text(text)}")

    def error(self, message: str, details: str = "") -> None:
        """Print an error on stderr.

        Args:
            message: cause and remedy. The message is printed as one line.
            details: traceback, printed above the message if ``--verbose`` is set.
        """
        if self.verbose and details:
            self._stderr.write(details)
        self._stderr.write(f"podd: {one_line_text(message)}\n")
        self._stderr.flush()

    @contextmanager
    def errors_as_exit_codes(self, path: Path | None = None) -> Iterator[None]:
        """Print an exception of the ``with`` block as one line and exit with the code for it.

        Args:
            path: path that the user gave, which an error of the operating system may not name.
        """
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
            expected = isinstance(error, OSError) or is_out_of_memory(error)
            hint = "" if self.verbose or expected else " (use --verbose to see the traceback)"
            self.error(error_text(error, path) + hint, _traceback(error))
            raise typer.Exit(EXIT_FAILED) from None


def _traceback(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
