"""What the poster on screen is compared with: chosen by a person, read off the GUI thread. No widgets."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from podd_app.engine.jobs import Job
from podd_app.models.run_messages import ComparedPoster
from podd_app.models.run_status import Trouble
from podd_app.models.session import Session
from podd_app.services.snapshot_player import Reel
from podd_app.workers.comparison import ComparedRead, ComparedSource, nearest, stamp_of
from podd_engine.progress import Report


@dataclass(frozen=True)
class Choice:
    """What is compared with.

    Args:
        kind: the run's first kept poster, its best one as it changes, one that was pinned, or that of a
            run or bundle on disk.
        path: of that run or bundle.
        in_step: of that run, whether the kept poster nearest to the step looked at is taken, which then
            follows whoever looks back and on; else its best.
    """

    kind: Literal["start", "best", "pinned", "other"] = "start"
    path: Path | None = None
    in_step: bool = False


@dataclass(frozen=True)
class _Source:
    """Where a poster is read: at a step of the run on screen or of another; None: its best, or a bundle's."""

    path: Path
    step: int | None


class Reference(QObject):
    """One poster at a time, read once somebody wants it. Lives as long as the reel.

    The poster that was read last is kept until another has been read, or the run it belongs to gives
    way to another; nothing that happens on disk takes it away.

    Args:
        session: whose run is on screen.
        reel: knows what is kept of it.
    """

    changed = Signal()
    """`choice`, `compared`, `reading` or `trouble` is another."""

    def __init__(self, session: Session, reel: Reel) -> None:
        super().__init__(reel)  # what its jobs bring must find it
        self._session, self._reel = session, reel
        self._choice = Choice()
        self._source: _Source | None = None
        self._settled: tuple[Choice, _Source | None] = self._choice, None
        self._compared: ComparedPoster | None = None
        self._other = ComparedSource(Path())
        self._steps: tuple[int, ...] = ()
        self._stamp: int | None = None
        self._trouble = ""
        self._wanted = False
        self._reading: Job | None = None
        self._reading_for = self._choice
        self._looking: Job | None = None
        reel.stops_changed.connect(self._follow)
        reel.pictured.connect(self._follow)
        session.run_moved.connect(self._on_moved)

    @property
    def choice(self) -> Choice:
        """What was chosen."""
        return self._choice

    @property
    def compared(self) -> ComparedPoster | None:
        """The poster to compare with; None while there is none, or none is read yet."""
        return self._compared

    @property
    def reading(self) -> bool:
        """Whether a poster is being read."""
        return self._reading is not None

    @property
    def trouble(self) -> str:
        """What is wrong, one sentence; empty if nothing is."""
        return self._trouble

    def want(self, wanted: bool) -> None:
        """Read what was chosen, for this run and those that follow; or read nothing any more."""
        self._wanted = wanted
        self._follow()

    @property
    def steps(self) -> tuple[int, ...]:
        """Outer steps that the other run keeps posters of; empty for a bundle, and before they are known."""
        known = self._compared is not None and self._compared.path == self._choice.path
        return self._steps if known else ()

    def choose(self, choice: Choice) -> None:
        """Compare with something else."""
        self._choice, self._trouble, self._source = choice, "", None
        self._follow()
        self.changed.emit()

    def pin(self) -> None:
        """Compare with the poster on screen as it is now; it is kept, whatever becomes of its file."""
        story, poster = self._session.record.story, self._reel.poster
        if story is not None and story.path is not None and poster is not None:
            self._drop_reading()
            self._choice, self._source = self._settled = Choice("pinned"), None
            self._compared = ComparedPoster(story.path, poster, story.config, story.class_names)
            self._trouble = ""
            self.changed.emit()

    # Reading

    def _resolve(self) -> _Source | None:
        reel, path = self._reel, self._reel.path
        match self._choice.kind:
            case "start" if path is not None and reel.stops:
                return _Source(path, reel.stops[0])
            case "best" if path is not None and reel.best is not None:
                return _Source(path, reel.best)
            case "other" if self._choice.path is not None:
                if not self._choice.in_step or not self.steps:
                    return _Source(self._choice.path, None)
                looked = reel.poster
                return _Source(self._choice.path, nearest(self.steps, looked.step)) if looked else None
        return None

    def _follow(self) -> None:
        """Read what the choice means now, if that is another poster than the one that was read."""
        if not self._wanted or self._choice.kind == "pinned":
            return
        source = self._resolve()
        own = self._choice.kind in ("start", "best")
        if own and self._compared is not None and self._compared.path != self._reel.path:
            self._compared = self._source = None  # the start of a run that is on screen no more
            self._trouble = ""
            self._drop_reading()
            self.changed.emit()
        # Whoever scrubs past many steps of another run waits for one, and goes on from there.
        busy = self._reading is not None and not own and self._reading_for == self._choice
        if source is not None and source != self._source and not busy:
            self._source = source
            self._read(source)

    def _read(self, source: _Source) -> None:
        self._drop_reading()
        self._reading_for = self._choice
        job = self._reading = self._reel.jobs.start(self._reader_of(source))
        job.succeeded.connect(lambda read: self._on_read(job, read))
        job.failed.connect(lambda trouble: self._on_failed(job, trouble))
        self.changed.emit()

    def _reader_of(self, source: _Source) -> Callable[[Report], ComparedRead]:
        story, reader = self._session.record.story, self._reel.reader
        if self._other.path != source.path:
            self._other = ComparedSource(source.path)
        step, other = source.step, self._other
        if self._choice.kind == "other" or step is None or reader is None or story is None:
            return lambda report: other.read(step, report)

        def read(report: Report) -> ComparedRead:
            poster = reader.read(step, report)
            return ComparedRead(ComparedPoster(source.path, poster, story.config, story.class_names))

        return read

    def _drop_reading(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _on_read(self, job: Job, read: ComparedRead) -> None:
        if job is self._reading:
            self._reading, self._trouble = None, ""
            self._compared, self._steps, self._stamp = read
            self._settled = self._choice, self._source
            self._follow()
            self.changed.emit()

    def _on_failed(self, job: Job, trouble: Trouble) -> None:
        """Say so, and go on comparing with what was read before."""
        if job is self._reading:
            self._reading, self._trouble = None, trouble.what
            if self._compared is not None and self._choice != self._settled[0]:
                self._choice, self._source = self._settled
            self.changed.emit()

    # What becomes of it

    def look_again(self) -> None:
        """See whether another run's poster is still there, and read it again where it was written anew."""
        compared, choice = self._compared, self._choice
        busy = self._looking is not None or self._reading is not None
        if busy or not self._wanted or choice.kind != "other" or compared is None:
            return
        path = compared.path
        job = self._looking = self._reel.jobs.start(lambda report: stamp_of(path))
        job.succeeded.connect(lambda stamp: self._on_looked(path, stamp))
        job.ended.connect(self._on_look_ended)

    def _on_look_ended(self) -> None:
        self._looking = None

    def _on_looked(self, path: Path, stamp: int | None) -> None:
        compared = self._compared
        if compared is None or compared.path != path or self._choice.kind != "other" or stamp == self._stamp:
            return
        if stamp is None:
            self._stamp = None
            self._trouble = self.tr("%s is no longer there; its poster is shown as it was read") % path.name
            self.changed.emit()
        elif self._source is not None:
            self._other = ComparedSource(path)
            self._read(self._source)

    def _on_moved(self, old: Path, new: Path) -> None:
        def moved(choice: Choice, source: _Source | None) -> tuple[Choice, _Source | None]:
            return (
                replace(choice, path=new) if choice.path == old else choice,
                replace(source, path=new) if source is not None and source.path == old else source,
            )

        self._choice, self._source = moved(self._choice, self._source)
        self._settled = moved(*self._settled)
        if self._compared is not None and self._compared.path == old:
            self._compared = replace(self._compared, path=new)
            self.changed.emit()
        if self._reading is not None and self._source is not None:
            self._read(self._source)
