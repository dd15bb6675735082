"""Reports, evaluations and latest poster of the run on screen. No widgets."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from podd_app.models.run_messages import RenderedPoster, RunMetadata
from podd_engine.runtime.events import Evaluation, StepReport


class RunHistory(QObject):
    """History of one run at a time. A resumed run continues its history."""

    opened = Signal()
    """Emitted when `metadata` was replaced. Views must redraw everything."""
    steps_reported = Signal(object)
    """A list of new `StepReport` values."""
    evaluated = Signal(object)
    """A new `Evaluation`."""
    poster_changed = Signal()
    """Emitted when `poster` was replaced."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._metadata: RunMetadata | None = None
        self._reports: list[StepReport] = []
        self._evaluations: list[Evaluation] = []
        self._poster: RenderedPoster | None = None
        self._compute_seconds = 0.0

    @property
    def metadata(self) -> RunMetadata | None:
        """Metadata of the run; None while no run is open."""
        return self._metadata

    @property
    def reports(self) -> Sequence[StepReport]:
        """Reports of all outer steps, in order."""
        return self._reports

    @property
    def evaluations(self) -> Sequence[Evaluation]:
        """All evaluations, in order."""
        return self._evaluations

    @property
    def best(self) -> Evaluation | None:
        """Evaluation of the best poster, which has the lowest loss on real training images."""
        return next((evaluation for evaluation in reversed(self._evaluations) if evaluation.best), None)

    @property
    def compute_seconds(self) -> float:
        """Compute time of all outer steps and evaluations in s, without pauses."""
        return self._compute_seconds

    @property
    def poster(self) -> RenderedPoster | None:
        """Latest poster; None before the first poster."""
        return self._poster

    def open(self, metadata: RunMetadata | None) -> None:
        """Replace the run.

        The poster is kept if the path of the run stays the same, as after a resume.

        Args:
            metadata: the run with its past reports and evaluations; None closes the run.
        """
        same_run = (
            metadata and self._metadata and metadata.path is not None and metadata.path == self._metadata.path
        )
        self._metadata = metadata
        self._reports = list(metadata.reports) if metadata else []
        self._evaluations = list(metadata.evaluations) if metadata else []
        self._compute_seconds = sum(report.seconds for report in self._reports)
        self._compute_seconds += sum(evaluation.seconds for evaluation in self._evaluations)
        self._poster = self._poster if same_run else None
        self.opened.emit()

    def move(self, path: Path) -> None:
        """Replace the path of the run directory, without emitting signals."""
        if self._metadata is not None:
            self._metadata = replace(self._metadata, path=path)

    def add_reports(self, reports: list[StepReport]) -> None:
        """Append the reports of new outer steps."""
        self._reports.extend(reports)
        self._compute_seconds += sum(report.seconds for report in reports)
        self.steps_reported.emit(reports)

    def add_evaluation(self, evaluation: Evaluation) -> None:
        """Append an evaluation."""
        self._evaluations.append(evaluation)
        self._compute_seconds += evaluation.seconds
        self.evaluated.emit(evaluation)

    def show_poster(self, poster: RenderedPoster) -> None:
        """Replace the latest poster."""
        self._poster = poster
        self.poster_changed.emit()
