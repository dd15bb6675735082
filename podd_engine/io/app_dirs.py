"""Data and cache folders of the application."""

import os
from pathlib import Path

from platformdirs import user_cache_path, user_data_path

APPLICATION = "podd-studio"
HOME_VARIABLE = "PODD_HOME"
"""Environment variable with a folder to use instead of the data and cache folders of the system."""


def data_folder() -> Path:
    """Return the folder of downloaded datasets, user presets and the list of added folders."""
    home = os.environ.get(HOME_VARIABLE)
    return Path(home) / "data" if home else user_data_path(APPLICATION, appauthor=False)


def cache_folder() -> Path:
    """Return the folder of decoded and whitened images. Its files may be deleted at any time."""
    home = os.environ.get(HOME_VARIABLE)
    return Path(home) / "cache" if home else user_cache_path(APPLICATION, appauthor=False)
