"""What the run on screen has told so far, for whoever draws it. No widgets."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from podd_app.models.run_messages import LivePoster, RunStory
from podd_engine.runtime.events import Evaluation, StepReport


class RunRecord(QObject):
    """The story of one run at a time, going on across its resumes."""

    opened = Signal()
    """`story` is another one, or None; everything is to be drawn anew."""
    reported = Signal(object)
    """A list of new `StepReport`."""
    evaluated = Signal(object)
    """A new `Evaluation`."""
    pictured = Signal()
    """`poster` was replaced."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._story: RunStory | None = None
        self._reports: list[StepReport] = []
        self._evaluations: list[Evaluation] = []
        self._poster: LivePoster | None = None

    @property
    def story(self) -> RunStory | None:
        """What the run is; None while there is none."""
        return self._story

    @property
    def reports(self) -> Sequence[StepReport]:
        """Every outer step, in order."""
        return self._reports

    @property
    def evaluations(self) -> Sequence[Evaluation]:
        """Every evaluation, in order."""
        return self._evaluations

    @property
    def best(self) -> Evaluation | None:
        """The evaluation of the kept poster: that with the lowest real-training loss."""
        return next((evaluation for evaluation in reversed(self._evaluations) if evaluation.best), None)

    @property
    def poster(self) -> LivePoster | None:
        """The latest poster; None before the first."""
        return self._poster

    def open(self, story: RunStory | None) -> None:
        """Show another run, or the same with what was known before a resume.

        The poster stays on screen if it is the same run's.
        """
        same = story and self._story and story.path is not None and story.path == self._story.path
        self._story = story
        self._reports = list(story.reports) if story else []
        self._evaluations = list(story.evaluations) if story else []
        self._poster = self._poster if same else None
        self.opened.emit()

    def move(self, path: Path) -> None:
        """The run directory has another name now; all else stays."""
        if self._story is not None:
            self._story = replace(self._story, path=path)
            self.opened.emit()

    def add_reports(self, reports: list[StepReport]) -> None:
        """Take outer steps that follow the known ones."""
        self._reports.extend(reports)
        self.reported.emit(reports)

    def add_evaluation(self, evaluation: Evaluation) -> None:
        """Take an evaluation."""
        self._evaluations.append(evaluation)
        self.evaluated.emit(evaluation)

    def show_poster(self, poster: LivePoster) -> None:
        """Take a poster that is newer than the one shown."""
        self._poster = poster
        self.pictured.emit()
