"""Computes the data of the inspector for the run on screen. No widgets."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, Signal

from podd_app.engine.cached_request import CachedRequest
from podd_app.engine.jobs import JobLane
from podd_app.models.run_messages import RenderedPoster
from podd_app.models.session import Session
from podd_app.services.snapshot_player import SnapshotPlayer
from podd_app.workers.run_artifacts import read_evaluation_details, read_label_history
from podd_engine.config.schema import DistillationConfig
from podd_engine.progress import ProgressCallback

if TYPE_CHECKING:
    from podd_app.workers.inspection import Inspection

_CACHED_GRADIENT_MAPS = 4


class InspectionKey(NamedTuple):
    """Key of a request.

    Args:
        step: outer step of the poster.
        patch: index of the patch; -1 for the whole poster.
        draw_index: number of the random draw.
    """

    step: int
    patch: int = -1
    draw_index: int = 0


class InspectionService(QObject):
    """Reads saved evaluation details automatically, and computes other data on request.

    Results of `history` have the key (patch, steps). Results of `versions`, `nearest` and
    `gradient_map` have an `InspectionKey`.

    Args:
        session: the session whose run is inspected.
        snapshot_player: snapshots of the run.
        jobs: serial lane that runs the requests. One `Inspection` computes one result at a time, so that
            a second thread would only wait.
    """

    run_changed = Signal()
    """Emitted when another run was opened. Views must discard the poster of the previous run."""

    def __init__(
        self, session: Session, snapshot_player: SnapshotPlayer, jobs: JobLane, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._run_history, self._snapshot_player = session.run_history, snapshot_player
        self.details = CachedRequest(jobs, self, kept=1)
        self.history = CachedRequest(jobs, self)
        self.versions = CachedRequest(jobs, self)
        self.nearest = CachedRequest(jobs, self)
        self.gradient_map = CachedRequest(jobs, self, kept=_CACHED_GRADIENT_MAPS)
        self._path: Path | None = None
        self._inspection: Inspection | None = None
        run_history = self._run_history
        run_history.opened.connect(self._on_opened)
        run_history.evaluated.connect(self._fetch_details)
        self._on_opened()

    @property
    def config(self) -> DistillationConfig | None:
        """Config of the run on screen; None while no run is open."""
        return self._run_history.metadata.config if self._run_history.metadata else None

    @property
    def is_evaluated(self) -> bool:
        """Whether the run on screen has at least one evaluation."""
        return bool(self._run_history.evaluations)

    def fetch_history(self, patch: int) -> None:
        """Read the soft label of ``patch`` from all snapshots."""
        path, snapshot_steps = self._path, self._snapshot_player.snapshot_steps
        if path is not None and snapshot_steps:
            self.history.fetch(
                (patch, snapshot_steps), partial(read_label_history, path, snapshot_steps, patch)
            )

    def fetch_versions(self, poster: RenderedPoster, patch: int, draw_index: int) -> None:
        """Compute augmented versions of a patch.

        Args:
            poster: the poster.
            patch: index of the patch.
            draw_index: number of the random draw. Different numbers give different versions.
        """
        self._fetch(
            self.versions,
            InspectionKey(poster.step, patch, draw_index),
            lambda inspection, report: inspection.versions(poster, patch, draw_index, report),
        )

    def fetch_nearest(self, poster: RenderedPoster, patch: int) -> None:
        """Find the real training images that are nearest to a patch of ``poster``."""
        self._fetch(
            self.nearest,
            InspectionKey(poster.step, patch),
            lambda inspection, report: inspection.nearest(poster, patch, report),
        )

    def fetch_gradient_map(self, poster: RenderedPoster) -> None:
        """Compute the gradient of the loss on real images with respect to ``poster``."""
        self._fetch(
            self.gradient_map,
            InspectionKey(poster.step),
            lambda inspection, report: inspection.gradient_map(poster, report),
        )

    def _fetch(
        self,
        request: CachedRequest,
        key: InspectionKey,
        compute: "Callable[[Inspection, ProgressCallback], Any]",
    ) -> None:
        path, config, current = self._path, self.config, self._inspection
        if path is None or config is None:
            return

        def work(report: ProgressCallback) -> Any:
            from podd_app.workers.inspection import Inspection

            # The import above loads torch. Create the object here, on the thread of the first request.
            inspection = current or self._store_inspection(path, Inspection(path, config))
            return compute(inspection, report)

        request.fetch(key, work)

    def _store_inspection(self, path: Path, inspection: "Inspection") -> "Inspection":
        if self._path == path and self._inspection is None:
            self._inspection = inspection
        return inspection

    def _fetch_details(self) -> None:
        path, evaluations = self._path, self._run_history.evaluations
        if path is not None:
            step = evaluations[-1].step if evaluations else -1
            self.details.fetch((len(evaluations), step), partial(read_evaluation_details, path))

    def _on_opened(self) -> None:
        metadata = self._run_history.metadata
        path = metadata.path if metadata is not None else None
        if path != self._path or path is None:
            self._path, self._inspection = path, None
            self.run_changed.emit()
            for request in (self.details, self.history, self.versions, self.nearest, self.gradient_map):
                request.reset()
        self._fetch_details()
