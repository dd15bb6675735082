"""The posters a run has kept, and which of them is looked at. No widgets.

Files are read off the GUI thread, one at a time. After each file, the poster that is wanted by then
is read next. A poster that is not wanted any more is not shown.
"""

from collections import OrderedDict
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from podd_app.engine.jobs import JobLane
from podd_app.engine.latest_job import LatestJob
from podd_app.models.run_messages import RenderedPoster
from podd_app.models.run_status import ErrorReport
from podd_app.models.session import Session
from podd_app.workers.snapshots import SnapshotReader
from podd_engine.runs.directory import RunDirectory

CACHE_BYTES = 64 * 2**20
"""Most memory for posters that were read: all of a CIFAR-10 run, a dozen of a Tiny ImageNet one."""


class SnapshotPlayer(QObject):
    """The run on screen over time.

    Args:
        session: whose run it is.
        jobs: starts the reading of files of the run.

    Attributes:
        jobs: also for other objects that read files of the run.
    """

    snapshots_changed = Signal()
    """`snapshot_steps`, `best` or `end` is another."""
    position_changed = Signal()
    """`selected_step` or `loading` is another."""
    load_failed = Signal()
    """The poster wanted could not be read; the one on screen stays."""
    poster_changed = Signal()
    """`poster` was replaced."""

    def __init__(self, session: Session, jobs: JobLane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._run_history = session, session.run_history
        self.jobs = jobs
        self._path: Path | None = None
        self._snapshot_steps: tuple[int, ...] = ()
        self._selected_step: int | None = None
        self._loaded_poster: RenderedPoster | None = None
        self._loaded_step: int | None = None
        self._cache: OrderedDict[int, RenderedPoster] = OrderedDict()
        self._reader: SnapshotReader | None = None
        self._load_job = LatestJob(jobs, self)
        self._load_job.succeeded.connect(self._on_read)
        self._load_job.failed.connect(self._on_load_failed)
        self._loading_step: int | None = None
        self._list_job = LatestJob(jobs, self)
        self._list_job.succeeded.connect(self._on_listed)
        self._list_job.ended.connect(self._on_list_ended)
        self._list_again = False
        run_history = self._run_history
        run_history.opened.connect(self._on_opened)
        run_history.steps_reported.connect(self._on_reported)
        run_history.evaluated.connect(self._list)
        run_history.poster_changed.connect(self._on_record_poster_changed)
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
    def snapshot_steps(self) -> tuple[int, ...]:
        """Outer steps of the posters that are kept, rising."""
        return self._snapshot_steps

    @property
    def best(self) -> int | None:
        """The step of the best poster; None while there is none that is kept."""
        best = self._run_history.best
        return best.step if best is not None and best.step in self._snapshot_steps else None

    @property
    def end(self) -> int:
        """The step of the latest poster."""
        live = self._run_history.poster
        return max(live.step if live else 0, self._snapshot_steps[-1] if self._snapshot_steps else 0)

    @property
    def selected_step(self) -> int | None:
        """The step looked at; None: the live poster."""
        return self._selected_step

    @property
    def poster(self) -> RenderedPoster | None:
        """What is to be shown: the poster wanted, until it is read the one before it, or the live one."""
        return self._loaded_poster if self._selected_step is not None else self._run_history.poster

    @property
    def loading(self) -> bool:
        """Whether the poster wanted is still being read."""
        return self._selected_step is not None and (
            self._loaded_poster is None or self._loaded_poster.step != self._selected_step
        )

    @property
    def cached_bytes(self) -> int:
        """Memory taken by posters that were read."""
        return sum(map(_size, self._cache.values()))

    @property
    def next_step(self) -> int | None:
        """The stop after the poster looked at; None: there is only the live one."""
        at = self._selected_step
        return None if at is None else next((stop for stop in self._snapshot_steps if stop > at), None)

    # Looking

    def select_step(self, step: int | None) -> None:
        """Show the poster kept at ``step``, as soon as it is read; None: the live poster again."""
        if step == self._selected_step or (step is not None and self._path is None):
            return
        if self._selected_step is None:
            self._loaded_poster = self._run_history.poster
        self._selected_step = step
        kept = None if step is None else self._cache.get(step)
        if kept is not None:
            self._cache.move_to_end(kept.step)
            self._loaded_poster, self._loaded_step = kept, step
        elif step is None:
            self._loaded_poster = self._loaded_step = None
        self.position_changed.emit()
        if self.loading:
            self._load()
        else:
            self.poster_changed.emit()

    # Reading

    def _load(self) -> None:
        reader, step = self._reader, self._selected_step
        if self.loading and not self._load_job.running and reader is not None and step is not None:
            self._loading_step = step
            self._load_job.start(partial(reader.read, step))

    def _on_read(self, poster: RenderedPoster) -> None:
        self._add_to_cache(poster)
        if poster.step == self._selected_step:
            self._loaded_poster, self._loaded_step = poster, poster.step
            self.position_changed.emit()
            self.poster_changed.emit()
        self._load()

    def _on_load_failed(self, error: ErrorReport) -> None:
        if self._loading_step == self._selected_step:
            self._selected_step = self._loaded_step
            self._session.report_error(error)
            self.load_failed.emit()
            self.position_changed.emit()
            self.poster_changed.emit()
            self._list()
        self._load()

    def _add_to_cache(self, poster: RenderedPoster) -> None:
        self._cache[poster.step] = poster
        while len(self._cache) > 1 and self.cached_bytes > CACHE_BYTES:
            self._cache.popitem(last=False)

    # The run

    def _on_opened(self) -> None:
        metadata = self._run_history.metadata
        path = metadata.path if metadata is not None else None
        self._load_job.drop()
        self._list_job.drop()
        self._cache.clear()
        if path != self._path or path is None:
            self._path, self._reader = path, None if path is None else SnapshotReader(path)
            self._snapshot_steps, self._selected_step, self._loaded_step, self._loaded_poster = (
                (),
                None,
                None,
                None,
            )
            self.snapshots_changed.emit()
            self.position_changed.emit()
            self.poster_changed.emit()
        else:
            self._load()
        self._list()

    def _on_moved(self, old: Path, new: Path) -> None:
        """The same run under another name: whoever looks back goes on looking."""
        if old == self._path:
            self._path, self._reader = new, SnapshotReader(new)

    def _on_record_poster_changed(self) -> None:
        self.snapshots_changed.emit()
        if self._selected_step is None:
            self.poster_changed.emit()

    def _on_reported(self) -> None:
        if not self._snapshot_steps and not self._list_job.running:
            self._list()  # the first is kept before the first step

    def _list(self) -> None:
        path = self._path
        if path is None:
            return
        self._list_again = self._list_job.running
        if not self._list_again:
            self._list_job.start(lambda report: tuple(RunDirectory(path).snapshot_steps()))

    def _on_listed(self, steps: tuple[int, ...]) -> None:
        self._snapshot_steps = steps
        self.snapshots_changed.emit()

    def _on_list_ended(self) -> None:
        if self._list_again:
            self._list()


def _size(poster: RenderedPoster) -> int:
    return poster.seen.nbytes + poster.trained.nbytes + poster.patch_labels.nbytes + poster.values.nbytes
