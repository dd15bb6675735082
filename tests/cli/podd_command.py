"""What running ``podd`` comes to, for the tests of it."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

PROGRAM = (sys.executable, "-m", "podd_engine.cli")


@dataclass(frozen=True)
class Outcome:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object that stdout is."""
        values = json.loads(self.out)
        assert isinstance(values, dict)
        return values

    @property
    def complaint(self) -> str:
        """The one line on stderr that says what went wrong."""
        (line,) = self.err.splitlines()
        assert line.startswith("podd: ")
        return line


Podd = Callable[..., Outcome]

Start = Callable[..., "subprocess.Popen[str]"]
