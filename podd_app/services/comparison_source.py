"""What the poster on screen is compared with: chosen by a person, read off the GUI thread. No widgets."""

from collections.abc import Callable
from dataclasses import dataclass, replace
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
    """What is compared with.

    Args:
        kind: the run's first kept poster, its best one as it changes, one that was pinned, or that of a
            run or bundle on disk.
        path: of that run or bundle.
        follow_step: of that run, whether the kept poster nearest to the step looked at is taken, which then
            follows whoever looks back and on; else its best.
    """

    kind: Literal["start", "best", "pinned", "other"] = "start"
    path: Path | None = None
    follow_step: bool = False


@dataclass(frozen=True)
class _PosterSource:
    """Where a poster is read: at a step of the run on screen or of another; None: its best, or a bundle's."""

    path: Path
    step: int | None


class ComparisonSource(QObject):
    """One poster at a time, read once somebody wants it. Lives as long as the reel.

    The poster that was read last is kept until another has been read, or the run it belongs to gives
    way to another; nothing that happens on disk takes it away.

    Args:
        session: whose run is on screen.
        reel: knows what is kept of it.
    """

    changed = Signal()
    """`choice`, `compared`, `loading` or `error` is another."""

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
        """What was chosen."""
        return self._choice

    @property
    def compared(self) -> ComparisonPoster | None:
        """The poster to compare with; None while there is none, or none is read yet."""
        return self._compared

    @property
    def loading(self) -> bool:
        """Whether a poster is being read."""
        return self._read_job.running

    @property
    def error(self) -> str:
        """What is wrong, one sentence; empty if nothing is."""
        return self._error

    def set_active(self, wanted: bool) -> None:
        """Read what was chosen, for this run and those that follow; or read nothing any more."""
        self._active = wanted
        self._update_source()

    @property
    def steps(self) -> tuple[int, ...]:
        """Outer steps that the other run keeps posters of; empty for a bundle, and before they are known."""
        known = self._compared is not None and self._compared.path == self._choice.path
        return self._steps if known else ()

    def choose(self, choice: ComparisonChoice) -> None:
        """Compare with something else."""
        self._choice, self._error, self._source = choice, "", None
        self._update_source()
        self.changed.emit()

    def pin(self) -> None:
        """Compare with the poster on screen as it is now; it is kept, whatever becomes of its file."""
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
                looked = snapshot_player.poster
                return (
                    _PosterSource(self._choice.path, nearest_step(self.steps, looked.step))
                    if looked
                    else None
                )
        return None

    def _update_source(self) -> None:
        """Read what the choice means now, if that is another poster than the one that was read."""
        if not self._active or self._choice.kind == "pinned":
            return
        source = self._resolve()
        own = self._choice.kind in ("start", "best")
        if own and self._compared is not None and self._compared.path != self._snapshot_player.path:
            self._compared = self._source = None  # the start of a run that is on screen no more
            self._error = ""
            self._read_job.drop()
            self.changed.emit()
        # Whoever scrubs past many steps of another run waits for one, and goes on from there.
        busy = self._read_job.running and not own and self._read_job_choice == self._choice
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
            return lambda report: other.read(step, report)

        def read(report: ProgressCallback) -> ComparisonResult:
            poster = reader.read(step, report)
            return ComparisonResult(
                ComparisonPoster(source.path, poster, metadata.config, metadata.class_names)
            )

        return read

    def _on_read(self, read: ComparisonResult) -> None:
        self._error = ""
        self._compared, self._steps, self._stamp = read
        self._last_read = self._choice, self._source
        self._update_source()
        self.changed.emit()

    def _on_failed(self, error: ErrorReport) -> None:
        """Say so, and go on comparing with what was read before."""
        self._error = error.what
        if self._compared is not None and self._choice != self._last_read[0]:
            self._choice, self._source = self._last_read
        self.changed.emit()

    # What becomes of it

    def refresh_if_changed(self) -> None:
        """See whether another run's poster is still there, and read it again where it was written anew."""
        compared, choice = self._compared, self._choice
        busy = self._check_job.running or self._read_job.running
        if busy or not self._active or choice.kind != "other" or compared is None:
            return
        path = compared.path
        self._check_job.start(lambda report: (path, modification_time(path)))

    def _on_stamp_read(self, path_and_stamp: tuple[Path, int | None]) -> None:
        compared, (path, stamp) = self._compared, path_and_stamp
        if compared is None or compared.path != path or self._choice.kind != "other" or stamp == self._stamp:
            return
        if stamp is None:
            self._stamp = None
            self._error = self.tr("%s is no longer there; its poster is shown as it was read") % path.name
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
