"""Load a configuration from the name of a preset, a TOML file, or a folder of images. Imports no torch."""

from pathlib import Path

from podd_engine.config.dataset_catalogue import FOLDER_DATASET
from podd_engine.config.dataset_defaults import config_for_folder
from podd_engine.config.presets import load_preset, preset_names
from podd_engine.config.schema import DistillationConfig
from podd_engine.data.registry import dataset_status
from podd_engine.errors import DataError


def load_config(name_or_path: str) -> DistillationConfig:
    """Load a configuration.

    A preset takes precedence over a file of the same name. A name that ends in ``.toml`` or contains
    a folder is a file. A folder of images gets default settings for its number of classes.

    Args:
        name_or_path: name of a preset, path of a TOML file, or path of a folder of images.

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
    path = Path(name_or_path).expanduser()
    if name_or_path in preset_names():
        return load_preset(name_or_path)
    if path.is_dir():
        return _folder_config(path)
    if path.suffix == ".toml" or len(path.parts) > 1 or path.is_file():
        return DistillationConfig.load(path)
    return load_preset(name_or_path)


def _folder_config(path: Path) -> DistillationConfig:
    """Return default settings for a folder of images."""
    status = dataset_status(FOLDER_DATASET, str(path))
    if not status.available:
        raise DataError(status.problem)
    return config_for_folder(str(path.resolve()), status.classes)
