"""Classification of paths that the user opens or drops."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from podd_engine.errors import ConfigError
from podd_engine.io.file_kind import wrong_file_text
from podd_engine.io.os_errors import translate_read_errors

OPEN_EXPECTED = "a folder of images, a run folder, a poster bundle (.safetensors) or a settings file (.toml)"
"""What an error message names if another file is opened or dropped."""

_RUN_FILES = ("events.jsonl", "checkpoint.safetensors", "best.safetensors")
"""Files that only a run directory contains."""

OpenTargetKind = Literal["run", "bundle", "config", "images"]


@dataclass(frozen=True)
class OpenTarget:
    """Path and its kind."""

    kind: OpenTargetKind
    path: Path


def classify_path(path: Path) -> OpenTarget:
    """Return whether ``path`` is a run directory, a poster bundle, a settings file or an image folder.

    Raises:
        ConfigError: ``path`` does not exist or is a file of another type.
    """
    with translate_read_errors(path, ConfigError):
        is_folder, exists = path.is_dir(), path.exists()
    if is_folder:
        return OpenTarget("run" if _is_run(path) else "images", path)
    if not exists:
        raise ConfigError(f"{path} does not exist; choose another path")
    if path.suffix == ".safetensors":
        return OpenTarget("bundle", path)
    if path.suffix == ".toml":
        return OpenTarget("config", path)
    raise ConfigError(wrong_file_text(path, OPEN_EXPECTED))


def _is_run(folder: Path) -> bool:
    """Return whether ``folder`` is a run directory, even a damaged one.

    Other programs also name their files config.toml. Such a file alone does not make a folder a run.
    """
    return any((folder / name).exists() for name in _RUN_FILES)
