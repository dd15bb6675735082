"""Moving a run to the system's trash."""

import sys
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QFile, QStandardPaths

from podd_engine.errors import RunError
from podd_engine.runs.directory import RunDirectory


def move_to_trash(path: Path) -> Path | None:
    """Move the run at ``path`` to the system's trash; on any thread.

    Returns:
        Where it is now; None where the system does not tell.

    Raises:
        RunError: it is being written, or the system cannot move it.
    """
    if RunDirectory.open(path).is_locked():
        raise RunError(f"{path.name}: is being written; move it to the trash when the run has ended")
    home = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation))
    with suppress(OSError):
        home.mkdir(parents=True, exist_ok=True)  # on a fresh account; without it there is no trash
    file = QFile(path)
    if not file.moveToTrash():
        raise RunError(f"{path}: the system cannot move it to its trash; remove it in the file manager")
    now = Path(file.fileName())
    return now if now != path else None


def trash_name() -> str:
    """What this system's people call it."""
    words = "Recycle Bin" if sys.platform == "win32" else "Trash"
    return QCoreApplication.translate("Trash", words)
