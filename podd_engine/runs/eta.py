"""Where a run is and how long it will still take, from its events."""

import time
from collections import deque
from collections.abc import Callable

from podd_engine.config.schema import DistillationConfig
from podd_engine.runtime.events import Evaluation, PausePoint, PosterSnapshot, RunEvent, StepReport

AVERAGED_STEPS = 20
"""Outer steps the speed is averaged over."""

DIFFERENTIATED_STEP_COST = 5
"""About how many plain inner steps a differentiated one costs; only for guesses before an evaluation."""


class EtaEstimator:
    """Follows the events of a run.

    Args:
        config: the run's config.
        clock: gives the time, s.

    Attributes:
        step: outer steps taken.
        loss: of the last outer step; None before the first.
        accuracy: test accuracy of the last evaluation, in [0, 1]; None before the first.
    """

    def __init__(self, config: DistillationConfig, clock: Callable[[], float] = time.monotonic) -> None:
        self.config, self._clock = config, clock
        self.step = 0
        self.loss: float | None = None
        self.accuracy: float | None = None
        self._recent: deque[StepReport] = deque(maxlen=AVERAGED_STEPS)
        self._evaluation_seconds: float | None = None
        self._evaluation_began = 0.0
        self._pause_points: int | None = None
        evaluation = config.evaluation
        self._expected_pause_points = evaluation.networks * (evaluation.steps[-1] + len(evaluation.steps))

    def take(self, event: RunEvent) -> None:
        """Follow one event."""
        match event:
            case StepReport():
                self.step, self.loss = event.step, event.loss
                self._recent.append(event)
                if event.step % self.config.evaluation.every == 0 or event.step >= self.config.outer.steps:
                    self._pause_points, self._evaluation_began = 0, self._clock()
            case PausePoint() if self._pause_points is not None:
                self._pause_points += 1
            case Evaluation():
                self.step, self.accuracy = event.step, event.best_result.test_accuracy
                self._evaluation_seconds = event.seconds
                # Networks side by side pause by time, so only a whole evaluation tells how often.
                self._expected_pause_points, self._pause_points = (
                    self._pause_points or self._expected_pause_points,
                    None,
                )
            case PosterSnapshot():
                self.step = event.step

    @property
    def evaluated(self) -> float | None:
        """How much of the evaluation that is going on is done, in [0, 1]; None between evaluations."""
        return (
            None if self._pause_points is None else min(1.0, self._pause_points / self._expected_pause_points)
        )

    @property
    def steps_per_second(self) -> float | None:
        """Outer steps a second while no evaluation runs; None before the first step."""
        seconds = sum(report.seconds for report in self._recent)
        return len(self._recent) / seconds if seconds else None

    @property
    def seconds_remaining(self) -> float | None:
        """Time to the end of the run, evaluations included; None before the first step."""
        speed = self.steps_per_second
        if speed is None:
            return None
        last, every = self.config.outer.steps, self.config.evaluation.every
        steps = range(self.step + 1, last + 1)
        evaluations = last // every - self.step // every + (last % every > 0 and self.step < last)
        left = len(steps) / speed + evaluations * self._seconds_per_evaluation
        return left + self._evaluation_seconds_remaining

    @property
    def _evaluation_seconds_remaining(self) -> float:
        if self.evaluated is None:
            return 0.0
        return self._seconds_per_evaluation * (1 - self.evaluated)

    @property
    def _seconds_per_evaluation(self) -> float:
        """Measured on the last one, else on the one that is going on, else guessed from outer steps."""
        if self._evaluation_seconds is not None:
            return self._evaluation_seconds
        if self.evaluated:
            return (self._clock() - self._evaluation_began) / self.evaluated
        evaluation = self.config.evaluation
        cost = sum(
            report.undifferentiated + DIFFERENTIATED_STEP_COST * report.window for report in self._recent
        )
        seconds_per_inner_step = sum(report.seconds for report in self._recent) / cost
        return evaluation.networks * evaluation.steps[-1] * seconds_per_inner_step
