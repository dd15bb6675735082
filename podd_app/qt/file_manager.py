"""Show a file or folder in the file manager of the system."""

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices


def show_in_file_manager(path: Path) -> bool:
    """Open a folder, or the folder of a file, in the file manager.

    Returns:
        Whether the system could open the folder.
    """
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path if path.is_dir() else path.parent)))
