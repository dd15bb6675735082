"""Classification of paths that the user opens or drops."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from podd_engine.errors import ConfigError
from podd_engine.io.file_kind import wrong_file_text
from podd_engine.io.os_errors import translate_read_errors
from podd_engine.runs.run_detection import is_run_directory

OPEN_EXPECTED = "a folder of images, a run folder, a poster bundle (.safetensors) or a settings file (.toml)"
"""What an error message names if another file is opened or dropped."""

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
        if path.is_dir():
            return OpenTarget("run" if is_run_directory(path) else "images", path)
        exists = path.exists()
    if not exists:
        raise ConfigError(f"{path} does not exist; choose another path")
    if path.suffix == ".safetensors":
        return OpenTarget("bundle", path)
    if path.suffix == ".toml":
        return OpenTarget("config", path)
    raise ConfigError(wrong_file_text(path, OPEN_EXPECTED))
