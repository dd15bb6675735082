"""Folders a person added: remembered by name between starts."""

import json
from pathlib import Path

from podd_engine.errors import DataError
from podd_engine.io.app_dirs import data_folder
from podd_engine.io.atomic_write import atomic_write_bytes

FOLDERS_FILE = "folders.json"


def load_user_folders() -> dict[str, Path]:
    """Name to folder, in the order they were added.

    Raises:
        DataError: the list is damaged.
    """
    path = data_folder() / FOLDERS_FILE
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): Path(folder) for name, folder in entries.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise DataError(
            f"{path}: the list of added folders cannot be read; remove it and add them again"
        ) from error


def save_user_folder(name: str, folder: Path) -> None:
    """Add a folder, or change where the one of this name lies."""
    _write({**load_user_folders(), name: folder.resolve()})


def remove_user_folder(name: str) -> None:
    """Take a folder off the list, if it is there; the folder itself stays."""
    folders = load_user_folders()
    if folders.pop(name, None) is not None:
        _write(folders)


def _write(folders: dict[str, Path]) -> None:
    text = json.dumps({name: str(folder) for name, folder in folders.items()}, indent=2, ensure_ascii=False)
    atomic_write_bytes(data_folder() / FOLDERS_FILE, text.encode())
