"""Opens and saves files of the main window."""

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from podd_app.models.preferences import Preferences
from podd_app.models.run_status import ErrorReport
from podd_app.models.session import Session
from podd_engine.errors import StorageError
from podd_engine.io.atomic_write import atomic_write_bytes


class FileDialogs(QObject):
    """Asks for files to open, and for the file in which settings are saved.

    Args:
        session: the session that opens the files.
        preferences: stores the recent files.
        window: parent of the dialogs.
    """

    def __init__(self, session: Session, preferences: Preferences, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._preferences, self._window = session, preferences, window

    def open_file(self) -> None:
        """Ask for a file and open it."""
        name_filter = self.tr("Settings and posters (*.toml *.safetensors)")
        chosen, _ = QFileDialog.getOpenFileName(self._window, self.tr("Open"), "", name_filter)
        if chosen:
            self.open_path(Path(chosen))

    def open_folder(self) -> None:
        """Ask for a folder and open it."""
        title = self.tr("Open a run or a folder of images")
        chosen = QFileDialog.getExistingDirectory(self._window, title)
        if chosen:
            self.open_path(Path(chosen))

    def open_path(self, path: Path) -> None:
        """Open a run, bundle, settings file or folder of images."""
        self._preferences.add_recent(path)
        self._session.open_path(path)

    def save_settings(self) -> None:
        """Ask for a file name, and save the settings as TOML."""
        session, config = self._session, self._session.config
        if config is None:
            session.report_error(
                ErrorReport(self.tr("Invalid settings cannot be saved"), session.draft_blocker)
            )
            return
        chosen, _ = QFileDialog.getSaveFileName(
            self._window,
            self.tr("Save settings"),
            f"{session.origin.name}.toml",
            self.tr("Settings (*.toml)"),
        )
        if not chosen:
            return
        path = Path(chosen).with_suffix(".toml")
        try:
            atomic_write_bytes(path, config.to_toml().encode())
        except StorageError as error:
            session.report_error(ErrorReport(self.tr("The settings could not be saved"), str(error)))
            return
        self._preferences.add_recent(path)
        session.load_config(config, path.stem, self.tr("Save settings"))
