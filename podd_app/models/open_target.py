"""What a dropped or named path is."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from podd_engine.errors import ConfigError

OpenedKind = Literal["run", "bundle", "config", "images"]


@dataclass(frozen=True)
class Opened:
    """A path and what it holds."""

    kind: OpenedKind
    path: Path


def kind_of(path: Path) -> Opened:
    """Tell a run directory, a poster bundle, a settings file and a folder of images apart.

    Raises:
        ConfigError: it is none of these.
    """
    if path.is_dir():
        return Opened("run" if (path / "config.toml").is_file() else "images", path)
    if not path.exists():
        raise ConfigError(f"there is nothing at {path}")
    if path.suffix == ".safetensors":
        return Opened("bundle", path)
    if path.suffix == ".toml":
        return Opened("config", path)
    raise ConfigError(
        "choose a folder of images, a run folder, a poster bundle (.safetensors) or settings (.toml)"
    )
