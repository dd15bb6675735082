"""Load a configuration from the name of a preset, a TOML file, or a folder of images. Imports no torch."""

import os
from collections.abc import Callable
from pathlib import Path

from podd_engine.config.dataset_catalogue import CATALOGUE, FOLDER_DATASET
from podd_engine.config.dataset_defaults import config_for_folder
from podd_engine.config.presets import load_preset, preset_names
from podd_engine.config.schema import DistillationConfig
from podd_engine.data.registry import dataset_status
from podd_engine.data.sources import find_any_published
from podd_engine.errors import ConfigError, DataError
from podd_engine.io.os_errors import translate_read_errors
from podd_engine.io.user_path import user_path
from podd_engine.runs.run_detection import is_run_directory

CONFIG_EXPECTED = "the name of a preset, a settings file (TOML) or a folder of images"
"""What an error message names if another file is given."""


def load_config(name_or_path: str, notify: Callable[[str], None] = lambda _: None) -> DistillationConfig:
    """Load a configuration.

    A preset takes precedence over a file of the same name. A name that ends in ``.toml`` or contains
    a folder is a file. A folder of images gets default settings for its number of classes. A folder with
    the published files of a named dataset gets the default settings of that dataset.

    Args:
        name_or_path: name of a preset, path of a TOML file, or path of a folder of images.
        notify: receives a one-line notice if the name of a preset is also the name of a file or folder.

    Returns:
        The validated configuration. It is immutable: `DistillationConfig.with_values` returns a changed
        copy.

    Raises:
        ConfigError: the preset or file does not exist, or the file is not a valid configuration.
        DataError: the folder contains no images.

    Example:
        >>> import podd_engine
        >>> config = podd_engine.load_config("digits").with_values({"outer.steps": 50})
        >>> config.outer.steps
        50
    """
    if not name_or_path.strip():  # for example an unset variable of the shell; "" is the current folder
        raise ConfigError(f"the configuration is empty; give {CONFIG_EXPECTED}")
    path = user_path(name_or_path)
    if name_or_path in preset_names():
        if os.path.lexists(path):
            notify(
                f"{name_or_path} is the name of a preset and of a file or folder here; the preset is used, "
                f"write .{os.sep}{name_or_path} to use the file or folder"
            )
        return load_preset(name_or_path)
    with translate_read_errors(path, ConfigError):
        is_folder, is_file = path.is_dir(), path.is_file()
    if is_folder:
        return _folder_config(path)
    if path.suffix == ".toml" or len(path.parts) > 1 or is_file:
        return DistillationConfig.load(path, CONFIG_EXPECTED)
    return load_preset(name_or_path)


def _folder_config(path: Path) -> DistillationConfig:
    """Return default settings for a folder of images."""
    status = dataset_status(FOLDER_DATASET, str(path))
    if not status.available and is_run_directory(path):
        raise ConfigError(
            f"{path}: this is a run folder; continue the run with 'podd resume', or give its config.toml to "
            "start a new run"
        )
    if not status.available:
        raise DataError(status.problem)
    return config_for_folder(str(path.resolve()), status.classes, name=_published_name(path, status.classes))


def _published_name(path: Path, classes: int) -> str:
    """Return the name of the dataset whose published files the folder contains, otherwise 'folder'.

    A part of a published dataset, with fewer classes, is a folder of images like any other.
    """
    found = find_any_published(path)
    return found[0] if found and CATALOGUE[found[0]].classes == classes else FOLDER_DATASET
