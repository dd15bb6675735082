"""Where datasets, caches and the list of added folders lie on this machine."""

import os
from pathlib import Path

from platformdirs import user_cache_path, user_data_path

APPLICATION = "podd-studio"
HOME_VARIABLE = "PODD_HOME"
"""Environment variable naming one folder that replaces the system's data and cache folders."""


def data_folder() -> Path:
    """Where downloaded datasets and the list of added folders are kept."""
    home = os.environ.get(HOME_VARIABLE)
    return Path(home) / "data" if home else user_data_path(APPLICATION, appauthor=False)


def cache_folder() -> Path:
    """Where decoded and whitened images are kept; may be deleted at any time."""
    home = os.environ.get(HOME_VARIABLE)
    return Path(home) / "cache" if home else user_cache_path(APPLICATION, appauthor=False)
