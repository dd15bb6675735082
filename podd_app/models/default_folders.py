"""Default folders for runs and exports, in the documents folder of the user."""

import os
from pathlib import Path

from platformdirs import user_documents_path

from podd_engine.io.app_dirs import HOME_VARIABLE


def default_runs_folder() -> Path:
    """Return the default folder for new runs."""
    return _documents() / "runs"


def default_posters_folder() -> Path:
    """Return the default folder for exports."""
    return _documents() / "posters"


def _documents() -> Path:
    home = os.environ.get(HOME_VARIABLE)
    return Path(home) if home else user_documents_path() / "PoDD Studio"
