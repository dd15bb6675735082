"""Presets: configurations by name, bundled with the program or saved by the user. Imports no torch."""

from difflib import get_close_matches
from pathlib import Path

from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import ConfigError
from podd_engine.io.app_dirs import data_folder
from podd_engine.io.resources import resource_path


def bundled_preset_names() -> list[str]:
    """Names of the presets that come with the program, sorted."""
    return sorted(path.stem for path in resource_path("presets").glob("*.toml"))


def user_presets_folder() -> Path:
    """Where presets of a person's own are kept, a TOML file each."""
    return data_folder() / "presets"


def user_preset_names() -> list[str]:
    """Names of a person's own presets, sorted; without any that the program has come to have itself."""
    # What is being written has a name that begins with a dot.
    found = {path.stem for path in user_presets_folder().glob("*.toml") if not path.name.startswith(".")}
    return sorted(found - set(bundled_preset_names()))


def preset_names() -> list[str]:
    """Names of all presets: those that come with the program, then a person's own."""
    return [*bundled_preset_names(), *user_preset_names()]


def preset_path(name: str) -> Path:
    """The TOML file of preset ``name``.

    Raises:
        ConfigError: there is no such preset.
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
    """The config of preset ``name``.

    Raises:
        ConfigError: there is no such preset, or its file is not a valid config.
    """
    return DistillationConfig.load(preset_path(name))
