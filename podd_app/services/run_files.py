"""Operations on the files of runs: notes, settings, names, the trash. No widgets."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from podd_app.engine.jobs import JobLane
from podd_app.services.trash import move_to_trash
from podd_engine.errors import PoddError
from podd_engine.runs.directory import RunDirectory
from podd_engine.runs.notes import read_notes, save_notes
from podd_engine.runs.rename import rename_run


class RunFiles(QObject):
    """Changes the files of runs, one operation after the other.

    The order matters: notes are saved before their run is renamed.

    Args:
        jobs: starts the operations; a serial lane.
    """

    notes_read = Signal(object, str)
    """The path of a run, and its notes."""
    settings_read = Signal(object, object)
    """The path of a run, and its `DistillationConfig`."""
    renamed = Signal(object, object)
    """Where a run was, and where it is."""
    trashed = Signal(object, object)
    """Where a run was, and where in the trash it is; None where the system does not tell."""
    failed = Signal(object, object)
    """The path of a run, and the `ErrorReport` with it; nothing was changed."""

    def __init__(self, jobs: JobLane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._unsaved: dict[Path, str] = {}
        self._closed = False

    def read_notes(self, path: Path) -> None:
        """Ask for the notes of a run; `notes_read` follows."""
        self._start(path, lambda: read_notes(path), lambda text: self.notes_read.emit(path, text))

    def save_notes(self, path: Path, text: str) -> None:
        """Keep ``text`` as the notes of a run."""
        self._unsaved[path] = text
        if self._closed:
            self._save_pending_notes()
            return

        def forget(_: None) -> None:
            if self._unsaved.get(path) == text:
                del self._unsaved[path]

        self._start(path, lambda: save_notes(path, text), forget)

    def read_settings(self, path: Path) -> None:
        """Ask for the settings of a run; `settings_read` follows."""
        self._start(
            path,
            lambda: RunDirectory.open(path).config,
            lambda config: self.settings_read.emit(path, config),
        )

    def rename(self, path: Path, name: str) -> None:
        """Give a run another name; `renamed` follows."""
        self._start(path, lambda: rename_run(path, name), lambda now: self.renamed.emit(path, now))

    def trash(self, path: Path) -> None:
        """Move a run to the system's trash; `trashed` follows."""
        self._start(path, lambda: move_to_trash(path), lambda now: self.trashed.emit(path, now))

    def close(self) -> None:
        """Save the notes that are not saved yet; from now on, save notes at once.

        Close the pool of the jobs before, so that no job writes the same file.
        """
        self._closed = True
        self._save_pending_notes()

    def _save_pending_notes(self) -> None:
        for path, text in self._unsaved.items():
            with suppress(PoddError):  # there is no window left to say it in
                save_notes(path, text)
        self._unsaved.clear()

    def _start(self, path: Path, act: Callable[[], Any], tell: Callable[[Any], object]) -> None:
        job = self._jobs.start(lambda report: act())
        job.succeeded.connect(tell)
        job.failed.connect(lambda error: self.failed.emit(path, error))
