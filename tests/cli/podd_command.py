"""Result of a ``podd`` command."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

PROGRAM = (sys.executable, "-m", "podd_engine.cli")


@dataclass(frozen=True)
class Outcome:
    """Exit code, stdout and stderr of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """JSON object on stdout."""
        values = json.loads(self.out)
        assert isinstance(values, dict)
        return values

    @property
    def message(self) -> str:
        """The only line on stderr, which is the error message."""
        (line,) = self.err.splitlines()
        assert line.startswith("podd: ")
        return line


Podd = Callable[..., Outcome]

Start = Callable[..., "subprocess.Popen[str]"]
