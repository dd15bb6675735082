"""The command ``python -m tests.tour DIR``: pictures of the whole journey, for people to look at.

Each combination of platform, scheme, size and density runs in a process of its own and leaves its
pictures in ``DIR/<combination>/NN-name.png``.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import nullcontext
from fnmatch import fnmatch
from pathlib import Path

from tests.tour.combination import ALL, Combination
from tests.tour.patience import adapted
from tests.tour.virtual_screen import missing, virtual_screen

_LIMIT_S = 1200
"""Limit for one tour on a machine that does nothing else."""


def main(argv: Sequence[str] | None = None) -> int:
    """Take every tour that was asked for; returns the exit code."""
    parser = argparse.ArgumentParser("python -m tests.tour", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR", help="receives the pictures")
    parser.add_argument("--only", default="*", metavar="PATTERN", help="combinations, such as 'x11-*'")
    parser.add_argument("--quick", action="store_true", help=f"{ALL[0].name} alone")
    parser.add_argument("--one", choices=[each.name for each in ALL], help=argparse.SUPPRESS)
    parser.add_argument("--private", type=Path, help=argparse.SUPPRESS)
    wanted = parser.parse_args(argv)
    if wanted.one:
        return _run_tour(next(each for each in ALL if each.name == wanted.one), wanted.folder, wanted.private)
    chosen = [each for each in ALL[: 1 if wanted.quick else None] if fnmatch(each.name, wanted.only)]
    if not chosen:
        parser.error(f"no combination is named like {wanted.only}: " + ", ".join(each.name for each in ALL))
    return max(_run_in_process(each, wanted.folder) for each in chosen)


def _run_tour(combination: Combination, folder: Path, private: Path) -> int:
    from tests.tour.guide import TourError
    from tests.tour.journey import tour

    try:
        tour(combination, folder, private)
    except TourError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _run_in_process(combination: Combination, folder: Path) -> int:
    """One tour; tells in a line how it went."""
    absent = missing() if combination.platform == "x11" else ""
    if absent:
        print(f"{combination.name}: skipped, {absent} not installed", flush=True)
        return 0
    pictures = folder.absolute() / combination.name
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir(parents=True)
    began = time.monotonic()
    on_x11 = combination.platform == "x11"
    screen = virtual_screen(combination.screen_px, combination.task_bar_px) if on_x11 else nullcontext("")
    with tempfile.TemporaryDirectory(prefix="tour-") as private, screen as display:
        command = [sys.executable, "-m", "tests.tour", str(pictures)]
        command += ["--one", combination.name, "--private", private]
        environment = os.environ | combination.environment(Path(private)) | {"DISPLAY": display}
        try:
            code = subprocess.run(command, env=environment, timeout=adapted(_LIMIT_S), check=False).returncode
        except subprocess.TimeoutExpired:
            code = 124
    taken, seconds = len(list(pictures.glob("*.png"))), time.monotonic() - began
    how = "" if code == 0 else f", and then it failed with code {code}"
    print(f"{combination.name}: {taken} pictures in {seconds:.0f} s{how}", flush=True)
    return min(1, code) if code >= 0 else 1


if __name__ == "__main__":
    sys.exit(main())
