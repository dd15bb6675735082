"""Moves runs to the trash of the operating system."""

import sys
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QFile, QStandardPaths

from podd_engine.errors import RunError
from podd_engine.runs.directory import RunDirectory


def move_to_trash(path: Path) -> Path | None:
    """Move the run at ``path`` to the trash. This function may be called on any thread.

    Returns:
        Path of the run in the trash; None if the operating system does not provide the path.

    Raises:
        RunError: a process writes the run, or the operating system cannot move the run.
    """
    if RunDirectory.open(path).is_locked():
        raise RunError(f"{path.name}: the run is still in progress; move it to the trash after it has ended")
    data_home = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation))
    with suppress(OSError):
        # This folder contains the trash. A new user account does not have it yet.
        data_home.mkdir(parents=True, exist_ok=True)
    file = QFile(path)
    if not file.moveToTrash():
        raise RunError(f"{path}: cannot be moved to the trash; delete it in the file manager")
    moved = Path(file.fileName())
    return moved if moved != path else None


def trash_name() -> str:
    """Return the translated name of the trash on this operating system."""
    if sys.platform == "win32":
        return QCoreApplication.translate("Trash", "Recycle Bin")
    return QCoreApplication.translate("Trash", "Trash")
