"""Reads and saves notes, reads settings, and renames or deletes runs. No widgets."""

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
    """Changes the files of runs, one operation at a time.

    The order matters. For example, notes are saved before their run is renamed.

    Args:
        jobs: serial lane that runs the operations.
    """

    notes_read = Signal(object, str)
    """The path of a run and its notes."""
    settings_read = Signal(object, object)
    """The path of a run and its `DistillationConfig`."""
    renamed = Signal(object, object)
    """The previous and the new path of a run."""
    trashed = Signal(object, object)
    """The previous path of a run and its path in the trash, or None if the path is unknown."""
    failed = Signal(object, object)
    """The path of a run and an `ErrorReport`. The files are unchanged."""

    def __init__(self, jobs: JobLane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._unsaved: dict[Path, str] = {}
        self._closed = False

    def read_notes(self, path: Path) -> None:
        """Read the notes of a run. `notes_read` is emitted afterwards."""
        self._start(path, lambda: read_notes(path), lambda text: self.notes_read.emit(path, text))

    def save_notes(self, path: Path, text: str) -> None:
        """Save the notes of a run.

        Args:
            path: run directory.
            text: the notes.
        """
        self._unsaved[path] = text
        if self._closed:
            self._save_pending_notes()
            return

        def remove_unsaved(_: None) -> None:
            if self._unsaved.get(path) == text:
                del self._unsaved[path]

        self._start(path, lambda: save_notes(path, text), remove_unsaved)

    def read_settings(self, path: Path) -> None:
        """Read the settings of a run. `settings_read` is emitted afterwards."""
        self._start(
            path,
            lambda: RunDirectory.open(path).config,
            lambda config: self.settings_read.emit(path, config),
        )

    def rename(self, path: Path, name: str) -> None:
        """Rename a run. `renamed` is emitted afterwards.

        Args:
            path: run directory.
            name: new name of the run directory.
        """
        self._start(path, lambda: rename_run(path, name), lambda new: self.renamed.emit(path, new))

    def trash(self, path: Path) -> None:
        """Move a run to the trash. `trashed` is emitted afterwards."""
        self._start(path, lambda: move_to_trash(path), lambda new: self.trashed.emit(path, new))

    def close(self) -> None:
        """Save all unsaved notes. Later calls of `save_notes` save immediately on the calling thread.

        Close the job pool first, so that no job writes the same file.
        """
        self._closed = True
        self._save_pending_notes()

    def _save_pending_notes(self) -> None:
        for path, text in self._unsaved.items():
            with suppress(PoddError):  # the window is closed, so that no error can be shown
                save_notes(path, text)
        self._unsaved.clear()

    def _start(self, path: Path, act: Callable[[], Any], on_success: Callable[[Any], object]) -> None:
        job = self._jobs.start(lambda _: act())
        job.succeeded.connect(on_success)
        job.failed.connect(lambda error: self.failed.emit(path, error))
