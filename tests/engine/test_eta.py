"""Where a run is and how long it will take."""

from dataclasses import dataclass

import pytest

from podd_engine.config.schema import DistillationConfig
from podd_engine.runs.eta import EtaEstimator
from podd_engine.runtime.events import Evaluation, LengthResult, PausePoint, StepReport

CONFIG = DistillationConfig().with_values(
    {"outer.steps": 10, "evaluation.every": 4, "evaluation.networks": 2, "evaluation.steps": [5, 8]}
)
TICKS = 2 * (8 + 2)
"""Pause points of an evaluation with these settings."""


@dataclass
class Clock:
    """Time as the test sets it."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def step(number: int, seconds: float = 2.0) -> StepReport:
    return StepReport(number, 1.5, 1.0, 1.0, 0.1, undifferentiated=10, window=2, seconds=seconds)


def evaluation(number: int, seconds: float) -> Evaluation:
    result = LengthResult(8, 0.75, 0.01, 0.8, 0.01, 0.5, 0.6)
    return Evaluation(number, 2, (result,), best=True, seconds=seconds)


def test_nothing_is_known_before_the_first_step() -> None:
    eta = EtaEstimator(CONFIG)
    assert (eta.step, eta.loss, eta.accuracy, eta.evaluated) == (0, None, None, None)
    assert (eta.steps_per_second, eta.seconds_remaining) == (None, None)


def test_speed_is_that_of_recent_steps() -> None:
    eta = EtaEstimator(CONFIG.with_values({"outer.steps": 1000}))
    for number in range(1, 41):
        eta.take(step(number, seconds=10.0 if number <= 20 else 0.5))
    assert eta.steps_per_second == pytest.approx(2)
    assert (eta.step, eta.loss) == (40, 1.5)


def test_before_an_evaluation_its_time_is_guessed_from_inner_steps() -> None:
    eta = EtaEstimator(CONFIG)
    eta.take(step(1))
    inner_step = 2.0 / (10 + 5 * 2)
    assert eta.seconds_remaining == pytest.approx(9 * 2.0 + 3 * (2 * 8) * inner_step)


def test_measured_evaluations_count_exactly() -> None:
    eta = EtaEstimator(CONFIG)
    for number in range(1, 5):
        eta.take(step(number))
    eta.take(evaluation(4, seconds=30))
    eta.take(step(5))
    assert eta.accuracy == 0.75
    assert eta.seconds_remaining == pytest.approx(5 * 2.0 + 2 * 30)  # after steps 8 and 10


def test_an_evaluation_is_followed_by_its_pauses() -> None:
    clock = Clock(100.0)
    eta = EtaEstimator(CONFIG, clock)
    for number in range(1, 5):
        eta.take(PausePoint())
        eta.take(step(number))
    assert eta.evaluated == 0
    for _ in range(TICKS // 4):
        eta.take(PausePoint())
    clock.now = 106.0
    assert eta.evaluated == pytest.approx(0.25)
    # a quarter took 6 s: 18 s are left of it, and two more of 24 s come after steps 8 and 10
    assert eta.seconds_remaining == pytest.approx(6 * 2.0 + 2 * 24 + 18)
    eta.take(evaluation(4, seconds=24))
    assert eta.evaluated is None


def test_nothing_is_left_at_the_end() -> None:
    eta = EtaEstimator(CONFIG)
    for number in range(1, 11):
        eta.take(step(number))
        if number in (4, 8, 10):
            eta.take(evaluation(number, seconds=30))
    assert eta.seconds_remaining == 0


@pytest.mark.parametrize(("last", "every", "expected"), [(12, 4, 3), (10, 4, 3), (3, 4, 1), (9, 9, 1)])
def test_the_last_step_is_evaluated_too(last: int, every: int, expected: int) -> None:
    eta = EtaEstimator(CONFIG.with_values({"outer.steps": last, "evaluation.every": every}))
    eta.take(step(1, seconds=1e-9))
    eta.take(evaluation(1, seconds=1000))
    assert eta.seconds_remaining == pytest.approx(1000 * expected)


def test_an_evaluation_pauses_as_often_as_the_one_before() -> None:
    eta = EtaEstimator(CONFIG)
    for number in range(1, 5):
        eta.take(step(number))
    for _ in range(6):
        eta.take(PausePoint())
    assert eta.evaluated == pytest.approx(6 / TICKS)
    eta.take(evaluation(4, seconds=12.0))
    for number in range(5, 9):
        eta.take(step(number))
    for _ in range(3):
        eta.take(PausePoint())
    assert eta.evaluated == pytest.approx(0.5)
    assert eta.seconds_remaining == pytest.approx(2 * 2.0 + 12.0 + 6.0)
