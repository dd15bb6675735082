"""Lists the runs on disk and reads their thumbnails on background threads. No widgets."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from podd_app.engine.jobs import JobLane
from podd_app.engine.latest_job import LatestJob
from podd_app.models.preferences import Preferences
from podd_app.models.run_status import ErrorReport
from podd_app.models.session import Session
from podd_app.services.run_files import RunFiles
from podd_app.workers import library as work
from podd_engine.progress import ProgressCallback
from podd_engine.runs.run_info import FileStamp, RunInfo

THUMBNAIL_PX = (480, 240)
"""Maximum width and height of a thumbnail: the size of a card at a device pixel ratio of 2."""

_THUMBNAILS_PER_JOB = 12
_MAX_CACHED_THUMBNAILS = 240


class RunLibrary(QObject):
    """Runs on disk with their thumbnails.

    Args:
        session: session with the folder for new runs. Further folders come from the preferences.
        jobs: lane that scans folders and reads thumbnails.
        files: service that changes the files of runs.
    """

    runs_changed = Signal()
    """Emitted when `runs` was replaced."""
    scanning_changed = Signal()
    """Emitted when `scanning` has changed."""
    thumbnail_loaded = Signal(object)
    """The path of a run whose thumbnail was read."""

    _runs_found = Signal(int, object)
    _thumbnail_drawn = Signal(object, object, object)

    def __init__(
        self, session: Session, jobs: JobLane, files: RunFiles, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._preferences = session, Preferences()
        self.files = files
        self._runs: dict[Path, RunInfo] = {}
        self._scan_job = LatestJob(jobs, self)
        self._scan_job.succeeded.connect(self._on_scanned)
        self._scan_job.failed.connect(self._on_failed)
        self._scan_job.ended.connect(self._on_scan_ended)
        self._rescan_pending = False
        self._generation = self._scan_generation = 0
        """Number of renamed or removed runs, now and when the scan started. If the numbers differ, the
        scan has found outdated paths."""
        self._error: ErrorReport | None = None
        self._folder_errors: Mapping[Path, str] = {}
        self._thumbnails: dict[Path, tuple[FileStamp, NDArray[np.uint8] | None]] = {}
        self._requested_thumbnails: dict[Path, FileStamp] = {}
        self._thumbnail_job = LatestJob(jobs, self)
        self._thumbnail_job.ended.connect(self._load_thumbnails)
        self._runs_found.connect(self._on_delivered)
        self._thumbnail_drawn.connect(self._on_drawn)

    @property
    def folders(self) -> tuple[Path, ...]:
        """Folders that are scanned. The first is the folder for new runs."""
        return tuple(dict.fromkeys((self._session.runs_folder, *self._preferences.other_runs_folders)))

    @property
    def runs(self) -> tuple[RunInfo, ...]:
        """All known runs."""
        return tuple(self._runs.values())

    @property
    def scanning(self) -> bool:
        """Whether the folders are being scanned."""
        return self._scan_job.running

    @property
    def error(self) -> ErrorReport | None:
        """Error of the last scan; None if it succeeded."""
        return self._error

    @property
    def folder_errors(self) -> Mapping[Path, str]:
        """Error messages of the folders that the last scan could not read."""
        return self._folder_errors

    def add_folder(self, folder: Path) -> None:
        """Add a folder and scan."""
        if folder not in self.folders:
            self._preferences.other_runs_folders = (*self._preferences.other_runs_folders, folder)
            self.refresh()

    def remove_folder(self, folder: Path) -> None:
        """Remove an added folder from the list. The files are kept."""
        self._preferences.other_runs_folders = tuple(
            other for other in self._preferences.other_runs_folders if other != folder
        )
        self.refresh()

    def refresh(self) -> None:
        """Scan the folders. If a scan is running, scan again afterwards."""
        if self._scan_job.running:
            self._rescan_pending = True
            return
        folders, known, generation = self.folders, dict(self._runs), self._generation

        def deliver(batch: list[RunInfo]) -> None:
            self._runs_found.emit(generation, batch)

        def scan(report: ProgressCallback) -> work.ScanResult:
            return work.scan_runs(folders, known, deliver, report)

        self._scan_generation = generation
        self._scan_job.start(scan)
        self.scanning_changed.emit()

    def move(self, old: Path, new: Path) -> None:
        """Update the path of a run after it was renamed.

        Args:
            old: previous path.
            new: new path.
        """
        self._runs = {
            path if path != old else new: run if path != old else replace(run, path=new)
            for path, run in self._runs.items()
        }
        self._generation += 1
        self.runs_changed.emit()
        self.refresh()

    def set_notes(self, path: Path, notes: str) -> None:
        """Update the notes of a run after they were saved.

        Args:
            path: run directory.
            notes: the notes.
        """
        if path in self._runs:
            self._runs = {**self._runs, path: replace(self._runs[path], notes=notes)}
            self.runs_changed.emit()

    def remove(self, path: Path) -> None:
        """Remove a run that was deleted."""
        self._runs = {known: run for known, run in self._runs.items() if known != path}
        self._generation += 1
        self.runs_changed.emit()
        self.refresh()

    def thumbnail(self, run: RunInfo) -> NDArray[np.uint8] | None:
        """Return the thumbnail of a run, and request it if it is missing or outdated.

        Returns:
            uint8 [height, width, channels], possibly outdated; None before it is read or if the run
            has no snapshot.
        """
        stamp, thumbnail = self._thumbnails.get(run.path, ((), None))
        if stamp != run.stamp:
            self._requested_thumbnails.pop(run.path, None)
            self._requested_thumbnails[run.path] = run.stamp
            self._load_thumbnails()
        return thumbnail

    def _load_thumbnails(self) -> None:
        if self._thumbnail_job.running or not self._requested_thumbnails:
            return
        # The latest requests are for visible cards. Cards that become visible again repeat their request.
        stamps = dict(list(self._requested_thumbnails.items())[-_THUMBNAILS_PER_JOB:])
        self._requested_thumbnails = {}

        def deliver(path: Path, thumbnail: NDArray[np.uint8] | None) -> None:
            self._thumbnail_drawn.emit(path, stamps[path], thumbnail)

        self._thumbnail_job.start(partial(work.read_thumbnails, list(stamps), THUMBNAIL_PX, deliver))

    def _on_delivered(self, generation: int, batch: list[RunInfo]) -> None:
        if generation != self._generation:
            return
        self._runs = {**self._runs, **{run.path: run for run in batch}}
        self.runs_changed.emit()

    def _on_scanned(self, scan: work.ScanResult) -> None:
        if self._scan_generation != self._generation:
            return
        self._error, self._folder_errors = None, scan.errors
        if scan.runs != self._runs:
            self._runs = dict(scan.runs)
            self.runs_changed.emit()

    def _on_failed(self, error: ErrorReport) -> None:
        self._error = error

    def _on_scan_ended(self) -> None:
        if self._rescan_pending:
            self._rescan_pending = False
            self.refresh()
        else:
            self.scanning_changed.emit()

    def _on_drawn(self, path: Path, stamp: FileStamp, thumbnail: NDArray[np.uint8] | None) -> None:
        self._thumbnails.pop(path, None)
        self._thumbnails[path] = (stamp, thumbnail)
        if len(self._thumbnails) > _MAX_CACHED_THUMBNAILS:
            self._thumbnails.pop(next(iter(self._thumbnails)))
        self.thumbnail_loaded.emit(path)
