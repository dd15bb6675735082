"""Finds out what the inspector shows of the run on screen. No widgets; lives as long as the session."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, Signal

from podd_app.engine.cached_request import Question
from podd_app.engine.jobs import Jobs
from podd_app.models.run_messages import LivePoster
from podd_app.models.session import Session
from podd_app.services.snapshot_player import reel_of
from podd_app.workers.run_artifacts import read_details, read_label_history
from podd_engine.config.schema import DistillationConfig
from podd_engine.progress import Report

if TYPE_CHECKING:
    from podd_app.workers.inspection import Inspection

_KEPT_GRADIENTS = 4


class Asked(NamedTuple):
    """What a question is about.

    Args:
        step: of the poster.
        patch: of the poster; -1: all of it.
        drawn: which draw of several.
    """

    step: int
    patch: int = -1
    drawn: int = 0


def inspection_desk_of(session: Session) -> "InspectionDesk":
    """The one desk of a session, made when it is first asked for."""
    return session.findChild(InspectionDesk) or InspectionDesk(session)


class InspectionDesk(QObject):
    """Asks what was kept by itself, and what has to be computed when told to.

    Answers to `history` are keyed by (patch, steps), those to `versions`, `nearest` and `pull` by `Asked`.

    Args:
        session: whose run it is.
    """

    left = Signal()
    """The run on screen is another; whoever looks at a poster of the one before looks away."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._record, self._reel = session.record, reel_of(session)
        self._jobs = Jobs(self)
        self.details = Question(self._jobs, self, kept=1)
        self.history = Question(self._jobs, self)
        self.versions = Question(self._jobs, self)
        self.nearest = Question(self._jobs, self)
        self.pull = Question(self._jobs, self, kept=_KEPT_GRADIENTS)
        self._path: Path | None = None
        self._inspection: Inspection | None = None
        record = self._record
        record.opened.connect(self._on_opened)
        record.evaluated.connect(self._ask_details)
        self._on_opened()

    @property
    def config(self) -> DistillationConfig | None:
        """Of the run on screen; None while there is none."""
        return self._record.story.config if self._record.story else None

    @property
    def is_evaluated(self) -> bool:
        """Whether the run on screen has been evaluated."""
        return bool(self._record.evaluations)

    def ask_history(self, patch: int) -> None:
        """Read the soft label of ``patch`` from all kept posters."""
        path, stops = self._path, self._reel.stops
        if path is not None and stops:
            self.history.ask((patch, stops), partial(read_label_history, path, stops, patch))

    def ask_versions(self, poster: LivePoster, patch: int, drawn: int) -> None:
        """Draw augmented versions of a patch."""
        self._ask(
            self.versions,
            Asked(poster.step, patch, drawn),
            lambda inspection, report: inspection.versions(poster, patch, drawn, report),
        )

    def ask_nearest(self, poster: LivePoster, patch: int) -> None:
        """Find the real images nearest to a patch."""
        self._ask(
            self.nearest,
            Asked(poster.step, patch),
            lambda inspection, report: inspection.nearest(poster, patch, report),
        )

    def ask_pull(self, poster: LivePoster) -> None:
        """Differentiate the real loss with respect to a poster."""
        self._ask(self.pull, Asked(poster.step), lambda inspection, report: inspection.pull(poster, report))

    def close(self) -> None:
        """Cancel everything and wait until no thread is at work."""
        self._jobs.close()

    def _ask(self, question: Question, key: Asked, look: "Callable[[Inspection, Report], Any]") -> None:
        path, config, known = self._path, self.config, self._inspection
        if path is None or config is None:
            return

        def work(report: Report) -> Any:
            from podd_app.workers.inspection import Inspection

            # One for each run, and the first question loads torch: made here, kept by the desk.
            inspection = known or self._made(path, Inspection(path, config))
            return look(inspection, report)

        question.ask(key, work)

    def _made(self, path: Path, inspection: "Inspection") -> "Inspection":
        if self._path == path and self._inspection is None:
            self._inspection = inspection
        return inspection

    def _ask_details(self) -> None:
        path, evaluations = self._path, self._record.evaluations
        if path is not None:
            step = evaluations[-1].step if evaluations else -1
            self.details.ask((len(evaluations), step), partial(read_details, path))

    def _on_opened(self) -> None:
        story = self._record.story
        path = story.path if story is not None else None
        if path != self._path or path is None:
            self._path, self._inspection = path, None
            self.left.emit()
            for question in (self.details, self.history, self.versions, self.nearest, self.pull):
                question.forget()
        self._ask_details()
