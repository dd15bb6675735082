"""Current step, speed and remaining time of a run, estimated from its events."""

import time
from collections import deque
from collections.abc import Callable

from podd_engine.config.schema import DistillationConfig
from podd_engine.runtime.events import Evaluation, PausePoint, PosterSnapshot, RunEvent, StepReport

AVERAGED_STEPS = 20
"""Number of recent outer steps over which the speed is averaged."""

DIFFERENTIATED_STEP_COST = 5
"""Approximate cost of a differentiated inner step in plain inner steps.

Used only to estimate the duration of an evaluation before the first one.
"""


class EtaEstimator:
    """Estimator of the remaining time of a run.

    Args:
        config: config of the run.
        clock: function that returns the time, s.

    Attributes:
        step: number of completed outer steps.
        loss: loss of the last outer step, None before the first.
        accuracy: test accuracy of the last evaluation, in [0, 1], None before the first.
    """

    def __init__(self, config: DistillationConfig, clock: Callable[[], float] = time.monotonic) -> None:
        self.config, self._clock = config, clock
        self.step = 0
        self.loss: float | None = None
        self.accuracy: float | None = None
        self._recent: deque[StepReport] = deque(maxlen=AVERAGED_STEPS)
        self._evaluation_seconds: float | None = None
        self._evaluation_start = 0.0
        self._pause_points: int | None = None
        evaluation = config.evaluation
        self._expected_pause_points = evaluation.networks * (evaluation.steps[-1] + len(evaluation.steps))

    def add_event(self, event: RunEvent) -> None:
        """Update the estimate with the next event of the run."""
        match event:
            case StepReport():
                self.step, self.loss = event.step, event.loss
                self._recent.append(event)
                if event.step % self.config.evaluation.every == 0 or event.step >= self.config.outer.steps:
                    self._pause_points, self._evaluation_start = 0, self._clock()
            case PausePoint() if self._pause_points is not None:
                self._pause_points += 1
            case Evaluation():
                self.step, self.accuracy = event.step, event.best_result.test_accuracy
                self._evaluation_seconds = event.seconds
                # Networks that train in parallel pause at time intervals, so the number of pause points
                # is known only after a complete evaluation.
                self._expected_pause_points, self._pause_points = (
                    self._pause_points or self._expected_pause_points,
                    None,
                )
            case PosterSnapshot():
                self.step = event.step

    @property
    def evaluation_progress(self) -> float | None:
        """Completed share of the current evaluation, in [0, 1]. None between evaluations."""
        return (
            None if self._pause_points is None else min(1.0, self._pause_points / self._expected_pause_points)
        )

    @property
    def steps_per_second(self) -> float | None:
        """Outer steps per second, without evaluations. None before the first step."""
        seconds = sum(report.seconds for report in self._recent)
        return len(self._recent) / seconds if seconds else None

    @property
    def seconds_remaining(self) -> float | None:
        """Time until the end of the run including evaluations, s. None before the first step."""
        speed = self.steps_per_second
        if speed is None:
            return None
        last, every = self.config.outer.steps, self.config.evaluation.every
        steps = range(self.step + 1, last + 1)
        evaluations = last // every - self.step // every + (last % every > 0 and self.step < last)
        remaining = len(steps) / speed + evaluations * self._seconds_per_evaluation
        return remaining + self._evaluation_seconds_remaining

    @property
    def _evaluation_seconds_remaining(self) -> float:
        if self.evaluation_progress is None:
            return 0.0
        return self._seconds_per_evaluation * (1 - self.evaluation_progress)

    @property
    def _seconds_per_evaluation(self) -> float:
        """Duration of the last evaluation, else of the current one, else a guess from outer steps."""
        if self._evaluation_seconds is not None:
            return self._evaluation_seconds
        if self.evaluation_progress:
            return (self._clock() - self._evaluation_start) / self.evaluation_progress
        evaluation = self.config.evaluation
        cost = sum(
            report.undifferentiated + DIFFERENTIATED_STEP_COST * report.window for report in self._recent
        )
        seconds_per_inner_step = sum(report.seconds for report in self._recent) / cost
        return evaluation.networks * evaluation.steps[-1] * seconds_per_inner_step
