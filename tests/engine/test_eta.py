"""Tests of the remaining-time estimate of a run."""

from dataclasses import dataclass

import pytest

from podd_engine.config.schema import DistillationConfig
from podd_engine.runs.eta import EtaEstimator
from podd_engine.runtime.events import Evaluation, LengthResult, PausePoint, StepReport

CONFIG = DistillationConfig().with_values(
    {"outer.steps": 10, "evaluation.every": 4, "evaluation.networks": 2, "evaluation.steps": [5, 8]}
)
PAUSE_POINTS = 2 * (8 + 2)
"""Pause points of an evaluation with these settings."""


@dataclass
class Clock:
    """Clock whose time the test sets."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def step(number: int, seconds: float = 2.0) -> StepReport:
    return StepReport(number, 1.5, 1.0, 1.0, 0.1, undifferentiated=10, window=2, seconds=seconds)


def evaluation(number: int, seconds: float) -> Evaluation:
    result = LengthResult(8, 0.75, 0.01, 0.8, 0.01, 0.5, 0.6)
    return Evaluation(number, 2, (result,), best=True, seconds=seconds)


def test_values_are_unknown_before_the_first_step() -> None:
    eta = EtaEstimator(CONFIG)
    assert (eta.step, eta.loss, eta.accuracy, eta.evaluation_progress) == (0, None, None, None)
    assert (eta.steps_per_second, eta.seconds_remaining) == (None, None)


def test_speed_is_averaged_over_recent_steps() -> None:
    eta = EtaEstimator(CONFIG.with_values({"outer.steps": 1000}))
    for number in range(1, 41):
        eta.add_event(step(number, seconds=10.0 if number <= 20 else 0.5))
    assert eta.steps_per_second == pytest.approx(2)
    assert (eta.step, eta.loss) == (40, 1.5)


def test_first_evaluation_is_estimated_from_inner_steps() -> None:
    eta = EtaEstimator(CONFIG)
    eta.add_event(step(1))
    inner_step = 2.0 / (10 + 5 * 2)
    assert eta.seconds_remaining == pytest.approx(9 * 2.0 + 3 * (2 * 8) * inner_step)


def test_later_evaluations_use_the_measured_duration() -> None:
    eta = EtaEstimator(CONFIG)
    for number in range(1, 5):
        eta.add_event(step(number))
    eta.add_event(evaluation(4, seconds=30))
    eta.add_event(step(5))
    assert eta.accuracy == 0.75
    assert eta.seconds_remaining == pytest.approx(5 * 2.0 + 2 * 30)  # after steps 8 and 10


def test_pause_points_show_the_evaluation_progress() -> None:
    clock = Clock(100.0)
    eta = EtaEstimator(CONFIG, clock)
    for number in range(1, 5):
        eta.add_event(PausePoint())
        eta.add_event(step(number))
    assert eta.evaluation_progress == 0
    for _ in range(PAUSE_POINTS // 4):
        eta.add_event(PausePoint())
    clock.now = 106.0
    assert eta.evaluation_progress == pytest.approx(0.25)
    # A quarter took 6 s, so 18 s remain. Two more evaluations of 24 s follow after steps 8 and 10.
    assert eta.seconds_remaining == pytest.approx(6 * 2.0 + 2 * 24 + 18)
    eta.add_event(evaluation(4, seconds=24))
    assert eta.evaluation_progress is None


def test_no_time_remains_at_the_end() -> None:
    eta = EtaEstimator(CONFIG)
    for number in range(1, 11):
        eta.add_event(step(number))
        if number in (4, 8, 10):
            eta.add_event(evaluation(number, seconds=30))
    assert eta.seconds_remaining == 0


@pytest.mark.parametrize(("last", "every", "expected"), [(12, 4, 3), (10, 4, 3), (3, 4, 1), (9, 9, 1)])
def test_evaluation_after_the_last_step_is_counted(last: int, every: int, expected: int) -> None:
    eta = EtaEstimator(CONFIG.with_values({"outer.steps": last, "evaluation.every": every}))
    eta.add_event(step(1, seconds=1e-9))
    eta.add_event(evaluation(1, seconds=1000))
    assert eta.seconds_remaining == pytest.approx(1000 * expected)


def test_number_of_pause_points_comes_from_the_previous_evaluation() -> None:
    eta = EtaEstimator(CONFIG)
    for number in range(1, 5):
        eta.add_event(step(number))
    for _ in range(6):
        eta.add_event(PausePoint())
    assert eta.evaluation_progress == pytest.approx(6 / PAUSE_POINTS)
    eta.add_event(evaluation(4, seconds=12.0))
    for number in range(5, 9):
        eta.add_event(step(number))
    for _ in range(3):
        eta.add_event(PausePoint())
    assert eta.evaluation_progress == pytest.approx(0.5)
    assert eta.seconds_remaining == pytest.approx(2 * 2.0 + 12.0 + 6.0)
