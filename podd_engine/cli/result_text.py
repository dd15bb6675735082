"""Numbers and paths in the text output of the commands."""

import os
import shlex
import subprocess


def counted(number: int, noun: str) -> str:
    """Return a number with a noun whose plural ends in "s", for example "1 network" or "1,000 steps"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def shell_word(text: str) -> str:
    """Return ``text`` with quotes if a command line needs them."""
    return subprocess.list2cmdline([text]) if os.name == "nt" else shlex.quote(text)
