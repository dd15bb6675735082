"""Looks at a run that another process writes, about once a second, off the GUI thread."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from podd_app.engine.jobs import Jobs
from podd_app.models.run_status import Trouble

if TYPE_CHECKING:
    from podd_app.workers.run_follower import News, Watch

LOOK_MS = 1000
"""Time between two looks. Looking works on shared folders too, where the system tells of no change."""


class RunWatcher(QObject):
    """Follows one run at a time.

    Args:
        jobs: does the looking.
    """

    told = Signal(object)
    """A `podd_app.workers.run_follower.News`."""
    failed = Signal(object)
    """A `Trouble`: the run is gone or damaged, and is watched no more."""

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._watch: Watch | None = None
        self._pause = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._pause.timeout.connect(self._look)

    def follow(self, watch: "Watch") -> None:
        """Watch a run in place of any other."""
        self._watch = watch
        self._pause.start()

    def leave(self) -> None:
        """Watch nothing; what a look under way brings is dropped."""
        self._watch = None
        self._pause.stop()

    def _look(self) -> None:
        watch = self._watch
        if watch is None:
            return
        job = self._jobs.start(watch.look)
        job.succeeded.connect(lambda news: self._on_looked(watch, news))
        job.failed.connect(lambda trouble: self._on_failed(watch, trouble))

    def _on_looked(self, watch: "Watch", news: "News") -> None:
        if watch is self._watch:
            self._pause.start()
            self.told.emit(news)

    def _on_failed(self, watch: "Watch", trouble: Trouble) -> None:
        if watch is self._watch:
            self.leave()
            self.failed.emit(trouble)
