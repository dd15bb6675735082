"""Files that are part of the program: presets, class names, embeddings, icons."""

from pathlib import Path

from podd_engine.errors import PoddError

PACKAGED_RESOURCES = Path(__file__).parents[1] / "_resources"
SOURCE_RESOURCES = Path(__file__).parents[2] / "resources"


class InstallationError(PoddError):
    """A file that belongs to the program is not there."""


def resource_path(name: str) -> Path:
    """Where a file or folder of ``resources/`` lies, in an installed package or in a checkout.

    Args:
        name: path below ``resources/`` with forward slashes, for example ``"icons/add.svg"``.

    Raises:
        InstallationError: there is no such file; the installation is incomplete.
    """
    path = (PACKAGED_RESOURCES if PACKAGED_RESOURCES.is_dir() else SOURCE_RESOURCES) / name
    if not path.exists():
        raise InstallationError(f"{path}: is missing from this installation; install podd-studio again")
    return path
