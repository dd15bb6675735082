"""Presets: named configurations, either bundled with the program or saved by the user. Imports no torch."""

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import ConfigError
from podd_engine.io.app_dirs import data_folder
from podd_engine.io.resources import resource_path


@dataclass(frozen=True)
class PresetDescription:
    """Description of a preset for people who choose one.

    Args:
        title: title of the preset; the name if the preset has no title.
        result: measured test accuracy with time and machine, such as "34.7% in 15 min (2 cores)"; empty
            if nothing was measured. The measurements are in ``resources/docs/benchmarks.md``.
    """

    title: str
    result: str = ""


def bundled_preset_names() -> list[str]:
    """Return the sorted names of the presets that are bundled with the program."""
    return sorted(path.stem for path in resource_path("presets").glob("*.toml"))


def user_presets_folder() -> Path:
    """Return the folder of user presets, which contains one TOML file per preset."""
    return data_folder() / "presets"


def user_preset_names() -> list[str]:
    """Return the sorted names of user presets.

    A user preset is hidden if a newer version of the program bundles a preset with the same name.
    """
    # Temporary files of atomic writes have names that start with a dot.
    found = {path.stem for path in user_presets_folder().glob("*.toml") if not path.name.startswith(".")}
    return sorted(found - set(bundled_preset_names()))


def preset_names() -> list[str]:
    """Return the names of all presets: bundled presets first, then user presets."""
    return [*bundled_preset_names(), *user_preset_names()]


def preset_path(name: str) -> Path:
    """Return the path of the TOML file of preset ``name``.

    Raises:
        ConfigError: the preset does not exist.
    """
    if name in bundled_preset_names():
        return resource_path(f"presets/{name}.toml")
    names = preset_names()
    if name not in names:
        close = get_close_matches(name, names, n=1)
        guess = f"did you mean {close[0]}? " if close else ""
        raise ConfigError(
            f"{name}: there is no such preset; {guess}choose from {', '.join(names)}, "
            "or give a TOML file or a folder of images"
        )
    return user_presets_folder() / f"{name}.toml"


def load_preset(name: str) -> DistillationConfig:
    """Return the config of preset ``name``.

    Raises:
        ConfigError: the preset does not exist, or its file is not a valid config.
    """
    return DistillationConfig.load(preset_path(name))


def describe_preset(name: str) -> PresetDescription:
    """Return the description in the table ``[preset]`` of a bundled preset. User presets have none."""
    if name not in bundled_preset_names():
        return PresetDescription(name)
    table = tomllib.loads(preset_path(name).read_text(encoding="utf-8"))["preset"]
    return PresetDescription(**table)
