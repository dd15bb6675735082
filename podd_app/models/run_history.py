"""What the run on screen has told so far, for whoever draws it. No widgets."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from podd_app.models.run_messages import RenderedPoster, RunMetadata
from podd_engine.runtime.events import Evaluation, StepReport


class RunHistory(QObject):
    """The story of one run at a time, going on across its resumes."""

    opened = Signal()
    """`metadata` is another one, or None; everything is to be drawn anew."""
    steps_reported = Signal(object)
    """A list of new `StepReport`."""
    evaluated = Signal(object)
    """A new `Evaluation`."""
    poster_changed = Signal()
    """`poster` was replaced."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._metadata: RunMetadata | None = None
        self._reports: list[StepReport] = []
        self._evaluations: list[Evaluation] = []
        self._poster: RenderedPoster | None = None

    @property
    def metadata(self) -> RunMetadata | None:
        """What the run is; None while there is none."""
        return self._metadata

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
    def poster(self) -> RenderedPoster | None:
        """The latest poster; None before the first."""
        return self._poster

    def open(self, metadata: RunMetadata | None) -> None:
        """Show another run, or the same with what was known before a resume.

        The poster stays on screen if it is the same run's.
        """
        same = (
            metadata and self._metadata and metadata.path is not None and metadata.path == self._metadata.path
        )
        self._metadata = metadata
        self._reports = list(metadata.reports) if metadata else []
        self._evaluations = list(metadata.evaluations) if metadata else []
        self._poster = self._poster if same else None
        self.opened.emit()

    def move(self, path: Path) -> None:
        """Replace the path of the run directory, without emitting signals."""
        if self._metadata is not None:
            self._metadata = replace(self._metadata, path=path)

    def add_reports(self, reports: list[StepReport]) -> None:
        """Take outer steps that follow the known ones."""
        self._reports.extend(reports)
        self.steps_reported.emit(reports)

    def add_evaluation(self, evaluation: Evaluation) -> None:
        """Take an evaluation."""
        self._evaluations.append(evaluation)
        self.evaluated.emit(evaluation)

    def show_poster(self, poster: RenderedPoster) -> None:
        """Take a poster that is newer than the one shown."""
        self._poster = poster
        self.poster_changed.emit()
