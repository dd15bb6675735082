"""Thumbnails of the saved posters of a run. Jobs outside the GUI thread create them."""

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from podd_app.canvas.image_layer import to_qimage
from podd_app.engine.latest_job import LatestJob
from podd_app.services.snapshot_player import SnapshotPlayer
from podd_app.workers.snapshots import SnapshotReader, read_thumbnail

LARGEST_PX = (192, 64)
"""Maximum size of a thumbnail, px: enough for the film strip at a device pixel ratio of 2."""

MAX_CACHED = 128
"""Maximum number of cached thumbnails: at most 5 MB, and twice the number of posters that a run saves."""


class ThumbnailCache(QObject):
    """Thumbnails of the open run. When another run is opened, the cache is cleared.

    Args:
        snapshot_player: the player of the open run. The player is the parent of the cache.
    """

    changed = Signal()
    """Emitted when a thumbnail was created or could not be read."""

    def __init__(self, snapshot_player: SnapshotPlayer) -> None:
        super().__init__(snapshot_player)
        self._snapshot_player = snapshot_player
        self._reader: SnapshotReader | None = None
        self._images: dict[int, QImage | None] = {}
        self._requested_steps: tuple[int, ...] = ()
        self._draw_job = LatestJob(snapshot_player.jobs, self)
        self._draw_job.succeeded.connect(lambda pixels: self._add_to_cache(to_qimage(pixels)))
        # The file was deleted or is damaged. The player reports the error when the user selects the poster.
        self._draw_job.failed.connect(lambda _: self._add_to_cache(None))
        self._drawing_step = 0

    def image_for(self, step: int) -> QImage | None:
        """Return the thumbnail of a step, or None if it is not available."""
        return self._images.get(step)

    @property
    def failed_steps(self) -> frozenset[int]:
        """Steps of the posters that could not be read."""
        return frozenset(step for step, image in self._images.items() if image is None)

    def request(self, steps: Iterable[int]) -> None:
        """Create the thumbnails of ``steps`` in this order. Replace the previous request."""
        if self._reader is not self._snapshot_player.reader:
            self._reader = self._snapshot_player.reader
            self._images.clear()
            self._draw_job.drop()
        self._requested_steps = tuple(steps)
        self._draw()

    def _draw(self) -> None:
        missing = [step for step in self._requested_steps if step not in self._images]
        if not self._draw_job.running and self._reader is not None and missing:
            self._drawing_step = missing[0]
            self._draw_job.start(partial(read_thumbnail, self._reader, missing[0], LARGEST_PX))

    def _add_to_cache(self, image: QImage | None) -> None:
        self._images[self._drawing_step] = image
        for old in [each for each in self._images if each not in self._requested_steps]:
            if len(self._images) > MAX_CACHED:
                del self._images[old]
        self.changed.emit()
        self._draw()
