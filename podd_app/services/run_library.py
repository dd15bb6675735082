"""The runs on disk as the Library place knows them: looked at off the GUI thread. No widgets."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from podd_app.engine.jobs import Job, Jobs
from podd_app.models.preferences import Memory
from podd_app.models.run_status import Trouble
from podd_app.models.session import Session
from podd_app.services.run_files import RunFiles
from podd_app.workers import library as work
from podd_engine.progress import Report
from podd_engine.runs.run_info import RunGlance, Stamp

THUMBNAIL_PX = (480, 240)
"""Beyond this, pixels of a poster are left out: a card on a screen of device pixel ratio 2."""

_THUMBNAILS_AT_ONCE = 12
_THUMBNAILS_KEPT = 240


def run_shelf_of(session: Session) -> "RunShelf":
    """The one shelf of a session, made when it is first asked for."""
    return session.findChild(RunShelf) or RunShelf(session)


class RunShelf(QObject):
    """Runs and their thumbnails.

    Args:
        session: tells the folder that new runs are made in; others are remembered between starts.

    Attributes:
        files: what is done to the files of runs.
    """

    runs_changed = Signal()
    """`runs` were replaced."""
    looking_changed = Signal()
    """Looking began or ended."""
    pictured = Signal(object)
    """The path of a run whose thumbnail came."""

    _delivered = Signal(int, object)
    _drawn = Signal(object, object, object)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session, self._memory = session, Memory()
        self.files = RunFiles(self)
        self._jobs = Jobs(self)
        self._runs: dict[Path, RunGlance] = {}
        self._looking: Job | None = None
        self._again = False
        self._moves = 0
        """Runs renamed or taken away: what a look that began before has found is of no use any more."""
        self._trouble: Trouble | None = None
        self._troubles: Mapping[Path, str] = {}
        self._pictures: dict[Path, tuple[Stamp, NDArray[np.uint8] | None]] = {}
        self._wanted: dict[Path, Stamp] = {}
        self._drawing: Job | None = None
        self._delivered.connect(self._on_delivered)
        self._drawn.connect(self._on_drawn)

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where runs are looked for; new runs are made in the first."""
        return tuple(dict.fromkeys((self._session.runs_folder, *self._memory.other_runs_folders)))

    @property
    def runs(self) -> tuple[RunGlance, ...]:
        """All runs known so far."""
        return tuple(self._runs.values())

    @property
    def looking(self) -> bool:
        """Whether the folders are being looked through."""
        return self._looking is not None

    @property
    def trouble(self) -> Trouble | None:
        """Why the last look failed; None if it did not."""
        return self._trouble

    @property
    def folder_troubles(self) -> Mapping[Path, str]:
        """Why nothing could be seen in a folder at the last look, a sentence for each such folder."""
        return self._troubles

    def add_folder(self, folder: Path) -> None:
        """Look in another folder too."""
        if folder not in self.folders:
            self._memory.other_runs_folders = (*self._memory.other_runs_folders, folder)
            self.refresh()

    def remove_folder(self, folder: Path) -> None:
        """Stop looking in an added folder; nothing on disk changes."""
        self._memory.other_runs_folders = tuple(
            other for other in self._memory.other_runs_folders if other != folder
        )
        self.refresh()

    def refresh(self) -> None:
        """Look through the folders, once more after the present look if one is under way."""
        if self._looking is not None:
            self._again = True
            return
        folders, known, moves = self.folders, dict(self._runs), self._moves

        def deliver(batch: list[RunGlance]) -> None:
            self._delivered.emit(moves, batch)

        def look(report: Report) -> work.Look:
            return work.look_through(folders, known, deliver, report)

        job = self._looking = self._jobs.start(look)
        job.succeeded.connect(lambda found: self._on_looked(moves, found))
        job.failed.connect(self._on_failed)
        job.ended.connect(self._on_look_ended)
        self.looking_changed.emit()

    def move(self, old: Path, new: Path) -> None:
        """A run has another name now."""
        self._runs = {
            path if path != old else new: run if path != old else replace(run, path=new)
            for path, run in self._runs.items()
        }
        self._moves += 1
        self.runs_changed.emit()
        self.refresh()

    def note(self, path: Path, notes: str) -> None:
        """The notes of a run are others now."""
        if path in self._runs:
            self._runs = {**self._runs, path: replace(self._runs[path], notes=notes)}
            self.runs_changed.emit()

    def remove(self, path: Path) -> None:
        """A run is there no more."""
        self._runs = {known: run for known, run in self._runs.items() if known != path}
        self._moves += 1
        self.runs_changed.emit()
        self.refresh()

    def picture(self, run: RunGlance) -> NDArray[np.uint8] | None:
        """The thumbnail of a run, an earlier one while a newer is read; None where there is none yet."""
        stamp, picture = self._pictures.get(run.path, ((), None))
        if stamp != run.stamp:
            self._wanted.pop(run.path, None)
            self._wanted[run.path] = run.stamp
            self._draw()
        return picture

    def _draw(self) -> None:
        if self._drawing is not None or not self._wanted:
            return
        # The latest wishes are for what is on screen now; older ones come again when it scrolls back.
        stamps = dict(list(self._wanted.items())[-_THUMBNAILS_AT_ONCE:])
        self._wanted = {}

        def deliver(path: Path, picture: NDArray[np.uint8] | None) -> None:
            self._drawn.emit(path, stamps[path], picture)

        job = self._jobs.start(partial(work.draw_thumbnails, list(stamps), THUMBNAIL_PX, deliver))
        job.ended.connect(self._on_draw_ended)
        self._drawing = job

    def close(self) -> None:
        """Cancel everything and wait until no thread is at work."""
        self._jobs.close()
        self.files.close()

    def _on_delivered(self, moves: int, batch: list[RunGlance]) -> None:
        if moves != self._moves:
            return
        self._runs = {**self._runs, **{run.path: run for run in batch}}
        self.runs_changed.emit()

    def _on_looked(self, moves: int, look: work.Look) -> None:
        if moves != self._moves:
            return
        self._trouble, self._troubles = None, look.troubles
        if look.runs != self._runs:
            self._runs = dict(look.runs)
            self.runs_changed.emit()

    def _on_failed(self, trouble: Trouble) -> None:
        self._trouble = trouble

    def _on_look_ended(self) -> None:
        self._looking = None
        if self._again:
            self._again = False
            self.refresh()
        else:
            self.looking_changed.emit()

    def _on_drawn(self, path: Path, stamp: Stamp, picture: NDArray[np.uint8] | None) -> None:
        self._pictures.pop(path, None)
        self._pictures[path] = (stamp, picture)
        if len(self._pictures) > _THUMBNAILS_KEPT:
            self._pictures.pop(next(iter(self._pictures)))
        self.pictured.emit(path)

    def _on_draw_ended(self) -> None:
        self._drawing = None
        self._draw()
