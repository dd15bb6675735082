"""Classification of paths that the user opens or drops."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from podd_engine.errors import ConfigError

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
    if path.is_dir():
        return OpenTarget("run" if _is_run(path) else "images", path)
    if not path.exists():
        raise ConfigError(f"{path} does not exist; choose another path")
    if path.suffix == ".safetensors":
        return OpenTarget("bundle", path)
    if path.suffix == ".toml":
        return OpenTarget("config", path)
    raise ConfigError(
        f"{path.name} has an unknown type; choose an image folder, a run folder, "
        "a poster bundle (.safetensors) or a settings file (.toml)"
    )


def _is_run(folder: Path) -> bool:
    """Return whether ``folder`` is a run directory, even a damaged one.

    Other programs also name their files config.toml. Such a file alone does not make a folder a run.
    """
    return any((folder / name).exists() for name in _RUN_FILES)
