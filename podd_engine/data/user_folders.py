"""Persistent list of the image folders that the user added."""

import json
from pathlib import Path

from podd_engine.errors import DataError
from podd_engine.io.app_dirs import data_folder
from podd_engine.io.atomic_write import atomic_write_bytes
from podd_engine.io.os_errors import read_error_text

FOLDERS_FILE = "folders.json"


def load_user_folders() -> dict[str, Path]:
    """Return the added folders by name, in the order in which they were added.

    Raises:
        DataError: the list is damaged or cannot be read.
    """
    path = data_folder() / FOLDERS_FILE
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): Path(folder) for name, folder in entries.items()}
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise DataError(read_error_text(path, error)) from error
    except (ValueError, AttributeError, TypeError) as error:
        raise DataError(
            f"{path}: the list of added folders cannot be read; delete the file and add the folders again"
        ) from error


def save_user_folder(name: str, folder: Path) -> None:
    """Add a folder to the list, or change the location of the folder with this name.

    Raises:
        DataError: the list is damaged.
        StorageError: the list cannot be written.
    """
    _write({**load_user_folders(), name: folder.resolve()})


def remove_user_folder(name: str) -> None:
    """Remove a folder from the list if it is listed. The folder itself is not deleted.

    Raises:
        DataError: the list is damaged.
        StorageError: the list cannot be written.
    """
    folders = load_user_folders()
    if folders.pop(name, None) is not None:
        _write(folders)


def _write(folders: dict[str, Path]) -> None:
    text = json.dumps({name: str(folder) for name, folder in folders.items()}, indent=2, ensure_ascii=False)
    atomic_write_bytes(data_folder() / FOLDERS_FILE, text.encode())
