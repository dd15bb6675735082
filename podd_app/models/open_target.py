"""What a dropped or named path is."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from podd_engine.errors import ConfigError

OpenTargetKind = Literal["run", "bundle", "config", "images"]


@dataclass(frozen=True)
class OpenTarget:
    """A path and what it holds."""

    kind: OpenTargetKind
    path: Path


def classify_path(path: Path) -> OpenTarget:
    """Tell a run directory, a poster bundle, a settings file and a folder of images apart.

    Raises:
        ConfigError: it is none of these.
    """
    if path.is_dir():
        return OpenTarget("run" if (path / "config.toml").is_file() else "images", path)
    if not path.exists():
        raise ConfigError(f"there is nothing at {path}")
    if path.suffix == ".safetensors":
        return OpenTarget("bundle", path)
    if path.suffix == ".toml":
        return OpenTarget("config", path)
    raise ConfigError(
        "choose a folder of images, a run folder, a poster bundle (.safetensors) or settings (.toml)"
    )
