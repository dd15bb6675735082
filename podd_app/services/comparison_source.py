"""Chooses and reads the reference poster for comparisons on background threads. No widgets."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from podd_app.engine.latest_job import LatestJob
from podd_app.models.run_messages import ComparisonPoster
from podd_app.models.run_status import ErrorReport
from podd_app.models.session import Session
from podd_app.services.snapshot_player import SnapshotPlayer
from podd_app.workers.comparison import ComparisonReader, ComparisonResult, modification_time, nearest_step
from podd_engine.progress import ProgressCallback


@dataclass(frozen=True)
class ComparisonChoice:
    """Choice of the reference poster.

    Args:
        kind: ``start`` (first snapshot of the run on screen), ``best`` (its best poster, updated when
            the run improves), ``pinned`` (a poster that the user pinned), or ``other`` (poster of a
            run or bundle on disk).
        path: run directory or bundle of the kind ``other``; None otherwise.
        follow_step: whether the kind ``other`` uses the snapshot that is nearest to the step on screen.
            If False, it uses the best poster.
    """

    kind: Literal["start", "best", "pinned", "other"] = "start"
    path: Path | None = None
    follow_step: bool = False


@dataclass(frozen=True)
class _PosterSource:
    """Location of a poster.

    Args:
        path: run directory or bundle.
        step: outer step of the snapshot; None for the best poster of a run or for a bundle.
    """

    path: Path
    step: int | None


class ComparisonSource(QObject):
    """Reads one reference poster at a time, only while comparisons are active.

    The last read poster stays available until another poster has been read, or until another run is
    opened. Deleting its file does not remove the poster.

    Args:
        session: session with the run on screen.
        snapshot_player: snapshots of this run, and the parent object.
    """

    changed = Signal()
    """Emitted when `choice`, `compared`, `loading` or `error` has changed."""

    def __init__(self, session: Session, snapshot_player: SnapshotPlayer) -> None:
        super().__init__(snapshot_player)
        self._session, self._snapshot_player = session, snapshot_player
        self._choice = ComparisonChoice()
        self._source: _PosterSource | None = None
        self._last_read: tuple[ComparisonChoice, _PosterSource | None] = self._choice, None
        self._compared: ComparisonPoster | None = None
        self._other = ComparisonReader(Path())
        self._steps: tuple[int, ...] = ()
        self._stamp: int | None = None
        self._error = ""
        self._active = False
        self._read_job = LatestJob(snapshot_player.jobs, self)
        self._read_job.succeeded.connect(self._on_read)
        self._read_job.failed.connect(self._on_failed)
        self._read_job_choice = self._choice
        self._check_job = LatestJob(snapshot_player.jobs, self)
        self._check_job.succeeded.connect(self._on_stamp_read)
        snapshot_player.snapshots_changed.connect(self._update_source)
        snapshot_player.poster_changed.connect(self._update_source)
        session.run_moved.connect(self._on_moved)

    @property
    def choice(self) -> ComparisonChoice:
        """Present choice."""
        return self._choice

    @property
    def compared(self) -> ComparisonPoster | None:
        """Reference poster; None before it is read or if it does not exist."""
        return self._compared

    @property
    def loading(self) -> bool:
        """Whether a reference poster is being read."""
        return self._read_job.running

    @property
    def error(self) -> str:
        """Error message, one sentence; empty if there is no error."""
        return self._error

    def set_active(self, active: bool) -> None:
        """Set whether reference posters are read, for this run and for later runs."""
        self._active = active
        self._update_source()

    @property
    def steps(self) -> tuple[int, ...]:
        """Outer steps of the snapshots of the other run; empty for a bundle, and while unknown."""
        known = self._compared is not None and self._compared.path == self._choice.path
        return self._steps if known else ()

    def choose(self, choice: ComparisonChoice) -> None:
        """Replace the choice and read its poster."""
        self._choice, self._error, self._source = choice, "", None
        self._update_source()
        self.changed.emit()

    def pin(self) -> None:
        """Use the poster on screen as the reference. It stays available even if its file is deleted."""
        metadata, poster = self._session.run_history.metadata, self._snapshot_player.poster
        if metadata is not None and metadata.path is not None and poster is not None:
            self._read_job.drop()
            self._choice, self._source = self._last_read = ComparisonChoice("pinned"), None
            self._compared = ComparisonPoster(metadata.path, poster, metadata.config, metadata.class_names)
            self._error = ""
            self.changed.emit()

    # Reading

    def _resolve(self) -> _PosterSource | None:
        snapshot_player, path = self._snapshot_player, self._snapshot_player.path
        match self._choice.kind:
            case "start" if path is not None and snapshot_player.snapshot_steps:
                return _PosterSource(path, snapshot_player.snapshot_steps[0])
            case "best" if path is not None and snapshot_player.best is not None:
                return _PosterSource(path, snapshot_player.best)
            case "other" if self._choice.path is not None:
                if not self._choice.follow_step or not self.steps:
                    return _PosterSource(self._choice.path, None)
                shown = snapshot_player.poster
                if shown is not None:
                    return _PosterSource(self._choice.path, nearest_step(self.steps, shown.step))
        return None

    def _update_source(self) -> None:
        """Read the poster that the choice refers to now, unless it is the last read poster."""
        if not self._active or self._choice.kind == "pinned":
            return
        source = self._resolve()
        is_same_run = self._choice.kind in ("start", "best")
        if is_same_run and self._compared is not None and self._compared.path != self._snapshot_player.path:
            self._compared = self._source = None  # the reference poster belongs to the previous run
            self._error = ""
            self._read_job.drop()
            self.changed.emit()
        # While the user scrubs past many steps of another run, finish reading before the next read.
        busy = self._read_job.running and not is_same_run and self._read_job_choice == self._choice
        if source is not None and source != self._source and not busy:
            self._source = source
            self._read(source)

    def _read(self, source: _PosterSource) -> None:
        self._read_job_choice = self._choice
        self._read_job.start(self._reader_of(source))
        self.changed.emit()

    def _reader_of(self, source: _PosterSource) -> Callable[[ProgressCallback], ComparisonResult]:
        metadata, reader = self._session.run_history.metadata, self._snapshot_player.reader
        if self._other.path != source.path:
            self._other = ComparisonReader(source.path)
        step, other = source.step, self._other
        if self._choice.kind == "other" or step is None or reader is None or metadata is None:
            return partial(other.read, step)

        def read(report: ProgressCallback) -> ComparisonResult:
            poster = reader.read(step, report)
            return ComparisonResult(
                ComparisonPoster(source.path, poster, metadata.config, metadata.class_names)
            )

        return read

    def _on_read(self, result: ComparisonResult) -> None:
        self._error = ""
        self._compared, self._steps, self._stamp = result
        self._last_read = self._choice, self._source
        self._update_source()
        self.changed.emit()

    def _on_failed(self, error: ErrorReport) -> None:
        """Show the error, and continue with the last read poster and its choice."""
        self._error = error.what
        if self._compared is not None and self._choice != self._last_read[0]:
            self._choice, self._source = self._last_read
        self.changed.emit()

    # Changes on disk

    def refresh_if_changed(self) -> None:
        """Check the file of a poster of the kind ``other``, and read it again if it was modified."""
        compared, choice = self._compared, self._choice
        busy = self._check_job.running or self._read_job.running
        if busy or not self._active or choice.kind != "other" or compared is None:
            return
        path = compared.path
        self._check_job.start(lambda _: (path, modification_time(path)))

    def _on_stamp_read(self, path_and_stamp: tuple[Path, int | None]) -> None:
        compared, (path, stamp) = self._compared, path_and_stamp
        if compared is None or compared.path != path or self._choice.kind != "other" or stamp == self._stamp:
            return
        if stamp is None:
            self._stamp = None
            self._error = self.tr("%s was removed; the last loaded poster is shown") % path.name
            self.changed.emit()
        elif self._source is not None:
            self._other = ComparisonReader(path)
            self._read(self._source)

    def _on_moved(self, old: Path, new: Path) -> None:
        def moved(
            choice: ComparisonChoice, source: _PosterSource | None
        ) -> tuple[ComparisonChoice, _PosterSource | None]:
            return (
                replace(choice, path=new) if choice.path == old else choice,
                replace(source, path=new) if source is not None and source.path == old else source,
            )

        self._choice, self._source = moved(self._choice, self._source)
        self._last_read = moved(*self._last_read)
        if self._compared is not None and self._compared.path == old:
            self._compared = replace(self._compared, path=new)
            self.changed.emit()
        if self._read_job.running and self._source is not None:
            self._read(self._source)
