"""Standard streams of a command: text that they cannot encode, and streams that cannot be written."""

import io
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console

from podd_engine.errors import printable_text


def prepare_standard_streams() -> None:
    r"""Make the standard streams accept any text.

    A stream writes characters that its encoding lacks as escapes such as ``\u732b``. A stream that the
    parent process has closed discards its text.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open to the end
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


class SafeStream:
    """Text stream that never raises when it is written. After the first failure, it discards its text.

    Args:
        stream: the stream to write to.

    Attributes:
        failure: the first error of the operating system, or None.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.failure: OSError | None = None

    def __getattr__(self, name: str) -> Any:
        """Return an attribute of the wrapped stream, for example its encoding."""
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write ``text``."""
        if self.failure is None:
            try:
                return self._stream.write(text)
            except OSError as error:
                self._discard_from_now_on(error)
        return len(text)

    def flush(self) -> None:
        """Write the buffered text."""
        if self.failure is None:
            try:
                self._stream.flush()
            except OSError as error:
                self._discard_from_now_on(error)

    def _discard_from_now_on(self, error: OSError) -> None:
        self.failure = error
        # The interpreter writes the buffered text again at its exit, and would fail again.
        with suppress(io.UnsupportedOperation), Path(os.devnull).open("w") as null:
            os.dup2(null.fileno(), self._stream.fileno())


class PlainConsole(Console):
    """Console that prints text exactly as it is given, one line per call.

    Markup such as ``[red]`` has no effect. Control characters are printed as escapes. The console writes
    control codes of its own to a terminal only, even if the environment forces colors.

    Args:
        stream: the stream to write to.
    """

    def __init__(self, stream: SafeStream) -> None:
        super().__init__(
            file=stream,  # type: ignore[arg-type]
            force_terminal=stream.isatty(),
            soft_wrap=True,
            highlight=False,
            markup=False,
            emoji=False,
        )

    def print(self, *objects: Any, **options: Any) -> None:
        """Print text or other renderable objects; see `rich.console.Console.print`."""
        shown = [printable_text(item) if isinstance(item, str) else item for item in objects]
        super().print(*shown, **options)
