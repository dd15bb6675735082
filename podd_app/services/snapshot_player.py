"""Snapshots of the run on screen, and the selected snapshot. No widgets.

A background thread reads one file at a time. The next file is the snapshot that is selected when the
previous file has been read. A snapshot that is not selected anymore is not shown.
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
"""Memory limit of the cache: all posters of a CIFAR-10 run, or about 12 of a Tiny ImageNet run."""


class SnapshotPlayer(QObject):
    """Selects and loads snapshots of the run on screen.

    Args:
        session: session with the run.
        jobs: lane that reads the files of the run.

    Attributes:
        jobs: the same lane, for other objects that read files of the run.
    """

    snapshots_changed = Signal()
    """Emitted when `snapshot_steps`, `best` or `end` has changed."""
    position_changed = Signal()
    """Emitted when `selected_step` or `loading` has changed."""
    load_failed = Signal()
    """Emitted when the selected snapshot could not be read. The previous selection is restored."""
    poster_changed = Signal()
    """Emitted when `poster` was replaced."""

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
        run_history.poster_changed.connect(self._on_live_poster_changed)
        session.run_moved.connect(self._on_moved)
        self._on_opened()

    @property
    def path(self) -> Path | None:
        """Directory of the run on screen; None while it has no directory."""
        return self._path

    @property
    def reader(self) -> SnapshotReader | None:
        """Thread-safe reader of the snapshots; None while the run has no directory."""
        return self._reader

    @property
    def snapshot_steps(self) -> tuple[int, ...]:
        """Outer steps of the saved snapshots, ascending."""
        return self._snapshot_steps

    @property
    def best(self) -> int | None:
        """Outer step of the best poster; None if it has no snapshot."""
        best = self._run_history.best
        return best.step if best is not None and best.step in self._snapshot_steps else None

    @property
    def end(self) -> int:
        """Outer step of the latest poster."""
        live = self._run_history.poster
        return max(live.step if live else 0, self._snapshot_steps[-1] if self._snapshot_steps else 0)

    @property
    def selected_step(self) -> int | None:
        """Outer step of the selected snapshot; None if the live poster is selected."""
        return self._selected_step

    @property
    def poster(self) -> RenderedPoster | None:
        """Poster to show: the live poster, or the selected snapshot.

        While the selected snapshot is being read, this is the previously shown poster.
        """
        return self._loaded_poster if self._selected_step is not None else self._run_history.poster

    @property
    def loading(self) -> bool:
        """Whether the selected snapshot is being read."""
        return self._selected_step is not None and (
            self._loaded_poster is None or self._loaded_poster.step != self._selected_step
        )

    @property
    def cached_bytes(self) -> int:
        """Memory used by the cache."""
        return sum(map(_size, self._cache.values()))

    @property
    def next_step(self) -> int | None:
        """Outer step of the next snapshot; None for the live poster and after the last snapshot."""
        selected = self._selected_step
        if selected is None:
            return None
        return next((step for step in self._snapshot_steps if step > selected), None)

    # Selection

    def select_step(self, step: int | None) -> None:
        """Select the snapshot of outer ``step``, or the live poster if ``step`` is None."""
        if step == self._selected_step or (step is not None and self._path is None):
            return
        if self._selected_step is None:
            self._loaded_poster = self._run_history.poster
        self._selected_step = step
        cached = None if step is None else self._cache.get(step)
        if cached is not None:
            self._cache.move_to_end(cached.step)
            self._loaded_poster, self._loaded_step = cached, step
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
            self._snapshot_steps = ()
            self._selected_step = self._loaded_step = self._loaded_poster = None
            self.snapshots_changed.emit()
            self.position_changed.emit()
            self.poster_changed.emit()
        else:
            self._load()
        self._list()

    def _on_moved(self, old: Path, new: Path) -> None:
        """Keep the selection after the run was renamed."""
        if old == self._path:
            self._path, self._reader = new, SnapshotReader(new)

    def _on_live_poster_changed(self) -> None:
        self.snapshots_changed.emit()
        if self._selected_step is None:
            self.poster_changed.emit()

    def _on_reported(self) -> None:
        if not self._snapshot_steps and not self._list_job.running:
            self._list()  # the first snapshot is saved before the first step

    def _list(self) -> None:
        path = self._path
        if path is None:
            return
        self._list_again = self._list_job.running
        if not self._list_again:
            self._list_job.start(lambda _: tuple(RunDirectory(path).snapshot_steps()))

    def _on_listed(self, steps: tuple[int, ...]) -> None:
        self._snapshot_steps = steps
        self.snapshots_changed.emit()

    def _on_list_ended(self) -> None:
        if self._list_again:
            self._list()


def _size(poster: RenderedPoster) -> int:
    return poster.seen.nbytes + poster.trained.nbytes + poster.patch_labels.nbytes + poster.values.nbytes
