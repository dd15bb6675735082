"""Files that are bundled with the program: presets, class names, embeddings, icons."""

from pathlib import Path

from podd_engine.errors import PoddError

PACKAGED_RESOURCES = Path(__file__).parents[1] / "_resources"
SOURCE_RESOURCES = Path(__file__).parents[2] / "resources"


class InstallationError(PoddError):
    """A file of the installation is missing."""


def resource_path(name: str) -> Path:
    """Return the path of a file or folder of ``resources/``, in an installed package or a checkout.

    Args:
        name: path below ``resources/`` with forward slashes, for example ``"icons/add.svg"``.

    Raises:
        InstallationError: the file does not exist, so the installation is incomplete.
    """
    path = (PACKAGED_RESOURCES if PACKAGED_RESOURCES.is_dir() else SOURCE_RESOURCES) / name
    if not path.exists():
        raise InstallationError(f"{path}: is missing from this installation; reinstall podd-studio")
    return path
