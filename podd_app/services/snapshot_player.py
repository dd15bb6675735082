"""The posters a run has kept, and which of them is looked at. No widgets.

It lives as long as the session. Files are read off the GUI thread, one at a time: what is wanted
when a file has been read is read next, and what nobody wants any more is not shown.
"""

from collections import OrderedDict
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from podd_app.engine.jobs import Job, Jobs
from podd_app.models.run_messages import LivePoster
from podd_app.models.run_status import Trouble
from podd_app.models.session import Session
from podd_app.workers.snapshots import SnapshotReader
from podd_engine.runs.directory import RunDirectory

CACHE_BYTES = 64 * 2**20
"""Most memory for posters that were read: all of a CIFAR-10 run, a dozen of a Tiny ImageNet one."""


def reel_of(session: Session) -> "Reel":
    """The one reel of a session, made when it is first asked for."""
    return session.findChild(Reel) or Reel(session)


class Reel(QObject):
    """The run on screen over time.

    Args:
        session: whose run it is.
    """

    stops_changed = Signal()
    """`stops`, `best` or `end` is another."""
    looked = Signal()
    """`wanted` or `reading` is another."""
    missed = Signal()
    """The poster wanted could not be read; the one on screen stays."""
    pictured = Signal()
    """`poster` was replaced."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session, self._record = session, session.record
        self.jobs = Jobs(self)  # for whoever else reads files of the run; closed with the reel
        self.patient_jobs = Jobs(self, threads=1)  # for what may wait, and must not hold up looking
        self._path: Path | None = None
        self._stops: tuple[int, ...] = ()
        self._wanted: int | None = None
        self._held: LivePoster | None = None
        self._settled: int | None = None
        self._read: OrderedDict[int, LivePoster] = OrderedDict()
        self._reader: SnapshotReader | None = None
        self._loading: Job | None = None
        self._listing: Job | None = None
        self._list_again = False
        record = self._record
        record.opened.connect(self._on_opened)
        record.reported.connect(self._on_reported)
        record.evaluated.connect(self._list)
        record.pictured.connect(self._on_live)
        session.run_moved.connect(self._on_moved)
        self._on_opened()

    @property
    def path(self) -> Path | None:
        """The directory of the run on screen; None while it has none."""
        return self._path

    @property
    def reader(self) -> SnapshotReader | None:
        """Reads the posters of the run on screen, on any thread; None while it has no directory."""
        return self._reader

    @property
    def stops(self) -> tuple[int, ...]:
        """Outer steps of the posters that are kept, rising."""
        return self._stops

    @property
    def best(self) -> int | None:
        """The step of the best poster; None while there is none that is kept."""
        best = self._record.best
        return best.step if best is not None and best.step in self._stops else None

    @property
    def end(self) -> int:
        """The step of the latest poster."""
        live = self._record.poster
        return max(live.step if live else 0, self._stops[-1] if self._stops else 0)

    @property
    def wanted(self) -> int | None:
        """The step looked at; None: the live poster."""
        return self._wanted

    @property
    def poster(self) -> LivePoster | None:
        """What is to be shown: the poster wanted, until it is read the one before it, or the live one."""
        return self._held if self._wanted is not None else self._record.poster

    @property
    def reading(self) -> bool:
        """Whether the poster wanted is still being read."""
        return self._wanted is not None and (self._held is None or self._held.step != self._wanted)

    @property
    def kept_bytes(self) -> int:
        """Memory taken by posters that were read."""
        return sum(map(_size, self._read.values()))

    @property
    def following(self) -> int | None:
        """The stop after the poster looked at; None: there is only the live one."""
        at = self._wanted
        return None if at is None else next((stop for stop in self._stops if stop > at), None)

    # Looking

    def look_at(self, step: int | None) -> None:
        """Show the poster kept at ``step``, as soon as it is read; None: the live poster again."""
        if step == self._wanted or (step is not None and self._path is None):
            return
        if self._wanted is None:
            self._held = self._record.poster
        self._wanted = step
        kept = None if step is None else self._read.get(step)
        if kept is not None:
            self._read.move_to_end(kept.step)
            self._held, self._settled = kept, step
        elif step is None:
            self._held = self._settled = None
        self.looked.emit()
        if self.reading:
            self._load()
        else:
            self.pictured.emit()

    def close(self) -> None:
        """Cancel everything and wait until no thread is at work."""
        self.jobs.close()
        self.patient_jobs.close()

    # Reading

    def _load(self) -> None:
        reader, step = self._reader, self._wanted
        if self._loading is not None or reader is None or step is None:
            return
        job = self._loading = self.jobs.start(partial(reader.read, step))
        job.succeeded.connect(lambda poster: self._on_read(job, poster))
        job.failed.connect(lambda trouble: self._on_unreadable(job, step, trouble))
        job.ended.connect(lambda: self._on_load_ended(job))

    def _on_read(self, job: Job, poster: LivePoster) -> None:
        if job is not self._loading:
            return
        self._keep(poster)
        if poster.step == self._wanted:
            self._held, self._settled = poster, poster.step
            self.looked.emit()
            self.pictured.emit()

    def _on_unreadable(self, job: Job, step: int, trouble: Trouble) -> None:
        if job is not self._loading or step != self._wanted:
            return
        self._wanted = self._settled
        self._session.report(trouble)
        self.missed.emit()
        self.looked.emit()
        self.pictured.emit()
        self._list()

    def _on_load_ended(self, job: Job) -> None:
        if job is self._loading:
            self._loading = None
            if self.reading:
                self._load()

    def _keep(self, poster: LivePoster) -> None:
        self._read[poster.step] = poster
        while len(self._read) > 1 and self.kept_bytes > CACHE_BYTES:
            self._read.popitem(last=False)

    # The run

    def _on_opened(self) -> None:
        story = self._record.story
        path = story.path if story is not None else None
        for job in (self._loading, self._listing):
            if job is not None:
                job.cancel()
        self._loading = self._listing = None
        self._read.clear()
        if path != self._path or path is None:
            self._path, self._reader = path, None if path is None else SnapshotReader(path)
            self._stops, self._wanted, self._settled, self._held = (), None, None, None
            self.stops_changed.emit()
            self.looked.emit()
            self.pictured.emit()
        elif self.reading:
            self._load()
        self._list()

    def _on_moved(self, old: Path, new: Path) -> None:
        """The same run under another name: whoever looks back goes on looking."""
        if old == self._path:
            self._path, self._reader = new, SnapshotReader(new)

    def _on_live(self) -> None:
        self.stops_changed.emit()
        if self._wanted is None:
            self.pictured.emit()

    def _on_reported(self) -> None:
        if not self._stops and self._listing is None:
            self._list()  # the first is kept before the first step

    def _list(self) -> None:
        path = self._path
        if path is None:
            return
        if self._listing is not None:
            self._list_again = True
            return
        self._list_again = False
        job = self._listing = self.jobs.start(lambda report: RunDirectory(path).snapshot_steps())
        job.succeeded.connect(lambda steps: self._on_listed(job, tuple(steps)))
        job.ended.connect(lambda: self._on_list_ended(job))

    def _on_listed(self, job: Job, steps: tuple[int, ...]) -> None:
        if job is self._listing:
            self._stops = steps
            self.stops_changed.emit()

    def _on_list_ended(self, job: Job) -> None:
        if job is self._listing:
            self._listing = None
            if self._list_again:
                self._list()


def _size(poster: LivePoster) -> int:
    return poster.seen.nbytes + poster.trained.nbytes + poster.patch_labels.nbytes + poster.values.nbytes
