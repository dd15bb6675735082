"""Small pictures of the posters a run has kept, made off the GUI thread. No widgets."""

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from podd_app.canvas.image_layer import to_qimage
from podd_app.engine.latest_job import LatestJob
from podd_app.services.snapshot_player import SnapshotPlayer
from podd_app.workers.snapshots import SnapshotReader, read_thumbnail

LARGEST_PX = (192, 64)
"""None is larger: the strip's largest on a screen of device pixel ratio 2."""

MAX_CACHED = 128
"""Most thumbnails kept: 5 MB of the largest, and twice as many as a run keeps posters."""


class ThumbnailCache(QObject):
    """Thumbnails of the run on screen; those of another are forgotten. Lives as long as the reel.

    Args:
        reel: knows the run, and what is kept of it.
    """

    changed = Signal()
    """There is another thumbnail, or one that cannot be read."""

    def __init__(self, snapshot_player: SnapshotPlayer) -> None:
        super().__init__(snapshot_player)
        self._snapshot_player = snapshot_player
        self._reader: SnapshotReader | None = None
        self._images: dict[int, QImage | None] = {}
        self._requested_steps: tuple[int, ...] = ()
        self._draw_job = LatestJob(snapshot_player.jobs, self)
        self._draw_job.succeeded.connect(lambda pixels: self._add_to_cache(to_qimage(pixels)))
        # The poster was thinned out or is damaged. An error appears when somebody looks at the poster.
        self._draw_job.failed.connect(lambda _: self._add_to_cache(None))
        self._drawing_step = 0

    def image_for(self, step: int) -> QImage | None:
        """The thumbnail of a step; None while there is none."""
        return self._images.get(step)

    @property
    def failed_steps(self) -> frozenset[int]:
        """Steps whose posters could not be read."""
        return frozenset(step for step, image in self._images.items() if image is None)

    def request(self, steps: Iterable[int]) -> None:
        """Have the thumbnails of these steps made, in this order, and of no others any more."""
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
        for old in [known for known in self._images if known not in self._requested_steps]:
            if len(self._images) > MAX_CACHED:
                del self._images[old]
        self.changed.emit()
        self._draw()
