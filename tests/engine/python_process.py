"""New Python processes for programs that users run."""

import os
import subprocess
import sys
from pathlib import Path

import podd_engine


def run_python(program: str, folder: Path) -> str:
    """Run a program in a new process with warnings as errors, and return its output."""
    root = str(Path(podd_engine.__file__).parents[1])
    environment = {**os.environ, "PODD_HOME": str(folder), "PYTHONPATH": root, "OMP_NUM_THREADS": "1"}
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout
