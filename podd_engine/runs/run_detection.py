"""Distinction of run directories from other folders that contain a ``config.toml``. Imports no torch."""

import tomllib
from pathlib import Path

from podd_engine.io.text_file import read_text

CONFIG_FILE = "config.toml"

_RUN_FILES = ("events.jsonl", "checkpoint.safetensors", "best.safetensors")
"""Files that only a run directory contains."""

_CONFIG_SECTION = "poster"
"""Section that every configuration of a run contains, and that other programs do not use."""


def is_run_directory(path: Path) -> bool:
    """Whether a folder is a run directory, even one without a first step or with a damaged configuration.

    Other programs also call their files ``config.toml``. Such a file in a folder of images does not make
    the folder a run.

    Args:
        path: an existing folder.

    Raises:
        OSError: the folder cannot be read.
    """
    if any((path / name).is_file() for name in _RUN_FILES):
        return True
    try:
        return _CONFIG_SECTION in tomllib.loads(read_text(path / CONFIG_FILE))
    except (FileNotFoundError, ValueError):
        return False
