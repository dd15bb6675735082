"""One thing that is asked off the GUI thread, again and again; only the latest question counts."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

from PySide6.QtCore import QObject, Signal

from podd_app.engine.jobs import Job, Jobs, Work
from podd_app.models.run_status import Trouble
from podd_engine.progress import Progress


class Question(QObject):
    """Asks; keeps the last answers; drops what nobody wants any more.

    Args:
        jobs: do the work.
        kept: answers kept, at least 1.
    """

    changed = Signal()
    """Anything below is another."""

    def __init__(self, jobs: Jobs, parent: QObject | None = None, kept: int = 16) -> None:
        super().__init__(parent)
        self._jobs, self._most = jobs, kept
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._job: Job | None = None
        self.wanted: Hashable | None = None
        self.key: Hashable | None = None
        self.answer: Any = None
        self.progress: Progress | None = None
        self.trouble: Trouble | None = None

    @property
    def asking(self) -> bool:
        """Whether the answer to what is wanted is on its way."""
        return self._job is not None

    def ask(self, key: Hashable, work: Work) -> None:
        """Want the answer called ``key``, which ``work`` finds; at once if it is kept.

        Until it is there, `key` and `answer` are those of the answer before.
        """
        if key == self.wanted and (self.asking or self.key == key):
            return
        self._leave()
        self.wanted = key
        if key in self._kept:
            self._kept.move_to_end(key)
            self.key, self.answer = key, self._kept[key]
        else:
            job = self._job = self._jobs.start(work)
            job.progressed.connect(lambda progress: self._on_progressed(job, progress))
            job.succeeded.connect(lambda answer: self._on_answered(job, answer))
            job.failed.connect(lambda trouble: self._on_failed(job, trouble))
        self.changed.emit()

    def stop(self) -> None:
        """Want nothing any more; the last answer stays."""
        self._leave()
        self.wanted = None
        self.changed.emit()

    def forget(self) -> None:
        """Want and know nothing."""
        self._kept.clear()
        self.key = self.answer = None
        self.stop()

    def _leave(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self._job = self.progress = self.trouble = None

    def _on_progressed(self, job: Job, progress: Progress) -> None:
        if job is self._job:
            self.progress = progress
            self.changed.emit()

    def _on_answered(self, job: Job, answer: Any) -> None:
        if job is not self._job or self.wanted is None:
            return
        self._job = self.progress = None
        self.key, self.answer = self.wanted, answer
        self._kept[self.key] = answer
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        self.changed.emit()

    def _on_failed(self, job: Job, trouble: Trouble) -> None:
        if job is self._job:
            self._job = self.progress = None
            self.trouble = trouble
            self.changed.emit()
