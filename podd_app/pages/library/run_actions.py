"""What can be done with runs of the library, without a widget."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from podd_app.models.run_status import ErrorReport
from podd_app.models.session import Session
from podd_app.qt.file_manager import show_in_file_manager
from podd_app.services.resume_run import RunResumer
from podd_app.services.run_library import RunLibrary
from podd_engine.config.schema import DistillationConfig
from podd_engine.runs.run_info import RunInfo


class RunActions(QObject):
    """Opens, resumes, duplicates, shows, renames and throws away.

    Args:
        session: opens and resumes.
        shelf: has the files.
    """

    renamed = Signal(object, object)
    """Where a run was, and where it is; the session and the shelf follow after this."""
    trashed = Signal(object, object)
    """Where a run was, and where in the trash it is, or None; likewise."""

    def __init__(self, session: Session, run_library: RunLibrary, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._run_library = session, run_library
        self._run_resumer = RunResumer(session, self)
        run_library.files.settings_read.connect(self._on_settings_read)
        run_library.files.renamed.connect(self._on_renamed)
        run_library.files.trashed.connect(self._on_trashed)

    @property
    def busy(self) -> bool:
        """Whether the window has a run going on, so that no other can be opened."""
        return self._session.run.phase.active

    def can_open(self, run: RunInfo) -> bool:
        """Whether `open` and `duplicate_settings` would do something."""
        return run.status != "damaged" and not self.busy

    def open(self, run: RunInfo) -> None:
        """Open a run, as any other way of opening it does."""
        if self.can_open(run):
            self._session.open_path(run.path)

    def resume(self, run: RunInfo) -> None:
        """Open a run, and go on with it once it is open."""
        if run.resumable:
            self._run_resumer.resume(run.path)

    def duplicate_settings(self, run: RunInfo) -> None:
        """Edit the settings of a run, for a new one."""
        if self.can_open(run):
            self._run_library.files.read_settings(run.path)

    def show_in_file_manager(self, run: RunInfo) -> None:
        """Show the files of a run in the file manager."""
        if not show_in_file_manager(run.path):
            what = self.tr("There is no program here that shows folders")
            self._session.report_error(ErrorReport(what, str(run.path)))

    def rename(self, run: RunInfo, name: str) -> None:
        """Give a run another name; `renamed` follows."""
        self._run_library.files.rename(run.path, name)

    def trash(self, paths: Iterable[Path]) -> None:
        """Move runs to the system's trash; `trashed` follows for each."""
        for path in paths:
            self._run_library.files.trash(path)

    def _on_settings_read(self, path: Path, config: DistillationConfig) -> None:
        if self.busy:
            return  # a run was started meanwhile
        self._session.new_run()
        self._session.load_config(config, path.name)
        self._session.show_page("poster")

    def _on_renamed(self, old: Path, new: Path) -> None:
        self._session.move_run(old, new)
        self.renamed.emit(old, new)
        self._run_library.move(old, new)

    def _on_trashed(self, path: Path, now: Path | None) -> None:
        if self._session.run.path == path:
            self._session.close_run()
        self.trashed.emit(path, now)
        self._run_library.remove(path)
