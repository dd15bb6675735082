"""Actions on the runs of the library, independent of widgets."""

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
    """Opens, resumes, duplicates, reveals and renames runs, and moves them to the trash.

    Args:
        session: opens and resumes runs.
        run_library: list of runs and their files.
        parent: parent object.
    """

    renamed = Signal(object, object)
    """Old and new path of a run. The session is already updated, the library not yet."""
    trashed = Signal(object, object)
    """Path of a run and its path in the trash (None if unknown). The library is not updated yet."""

    def __init__(self, session: Session, run_library: RunLibrary, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._run_library = session, run_library
        self._run_resumer = RunResumer(session, self)
        run_library.files.settings_read.connect(self._on_settings_read)
        run_library.files.renamed.connect(self._on_renamed)
        run_library.files.trashed.connect(self._on_trashed)

    @property
    def busy(self) -> bool:
        """Whether a run is in progress in this window, so that no other run can be opened."""
        return self._session.run.phase.active

    def is_own(self, run: RunInfo) -> bool:
        """Return whether ``run`` is the run in progress in this window."""
        return self.busy and run.path == self._session.run.path

    def can_open(self, run: RunInfo) -> bool:
        """Return whether `open` has an effect."""
        return self.is_own(run) or (run.status != "damaged" and not self.busy)

    def can_duplicate(self, run: RunInfo) -> bool:
        """Return whether `duplicate_settings` has an effect. A run in progress does not matter."""
        return run.status != "damaged"

    def open(self, run: RunInfo) -> None:
        """Open a run, or show the run in progress."""
        if self.is_own(run):
            self._session.show_page("run")
        elif self.can_open(run):
            self._session.open_path(run.path)

    def resume(self, run: RunInfo) -> None:
        """Open a run and resume it when it is open."""
        if run.resumable:
            self._run_resumer.resume(run.path)

    def duplicate_settings(self, run: RunInfo) -> None:
        """Load the settings of a run into the draft."""
        if self.can_duplicate(run):
            self._run_library.files.read_settings(run.path)

    def show_in_file_manager(self, run: RunInfo) -> None:
        """Show the folder of a run in the file manager."""
        if not show_in_file_manager(run.path):
            what = self.tr("The folder cannot be shown: no file manager found")
            self._session.report_error(ErrorReport(what, str(run.path)))

    def rename(self, run: RunInfo, name: str) -> None:
        """Rename a run in the background and emit `renamed`."""
        self._run_library.files.rename(run.path, name)

    def trash(self, paths: Iterable[Path]) -> None:
        """Move runs to the system trash in the background and emit `trashed` for each run."""
        for path in paths:
            self._run_library.files.trash(path)

    def _on_settings_read(self, path: Path, config: DistillationConfig) -> None:
        self._session.load_config(config, path.name)
        self._session.new_run()

    def _on_renamed(self, old: Path, new: Path) -> None:
        self._session.move_run(old, new)
        self.renamed.emit(old, new)
        self._run_library.move(old, new)

    def _on_trashed(self, path: Path, trashed_path: Path | None) -> None:
        if self._session.run.path == path:
            self._session.close_run()
        self.trashed.emit(path, trashed_path)
        self._run_library.remove(path)
