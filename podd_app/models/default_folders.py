"""Where runs and exports are kept until a person chooses another folder: among the documents."""

import os
from pathlib import Path

from platformdirs import user_documents_path

from podd_engine.io.app_dirs import HOME_VARIABLE


def default_runs_folder() -> Path:
    """The folder new runs are made in."""
    return _documents() / "runs"


def default_posters_folder() -> Path:
    """The folder exports go to."""
    return _documents() / "posters"


def _documents() -> Path:
    home = os.environ.get(HOME_VARIABLE)
    return Path(home) if home else user_documents_path() / "PoDD Studio"
