"""The gauge: time on hold counts for nothing, earlier stretches count."""

from dataclasses import replace
from pathlib import Path

import pytest
from fake_engine import CONFIG, FakeEngine, evaluation, step

from podd_app.models.run_messages import NewRun
from podd_app.workers.progress_meter import Gauge


class Clock:
    """Time the test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_time_on_hold_slows_nothing_down() -> None:
    clock = Clock()
    gauge = Gauge(FakeEngine().begin(NewRun(CONFIG, Path())), clock)
    gauge.take(step(1, seconds=0.5))
    gauge.hold()
    clock.now += 100
    gauge.go_on()
    gauge.take(step(2, seconds=0.5))
    gauge.take(step(3, seconds=0.5))
    assert gauge.figures().steps_per_second == pytest.approx(2.0)
    assert gauge.figures().step == 3


def test_an_earlier_stretch_tells_what_evaluations_cost() -> None:
    stretch = FakeEngine().begin(NewRun(CONFIG, Path()))
    every, last = CONFIG.evaluation.every, CONFIG.outer.steps
    past = replace(stretch.story, reports=(step(every),), evaluations=(evaluation(every),))
    gauge = Gauge(replace(stretch, story=past))
    steps_left, evaluations_left = last - every, (last - every) // every
    expected = 0.5 * steps_left + evaluation(every).seconds * evaluations_left
    assert gauge.figures().seconds_left == pytest.approx(expected)


def test_the_age_of_the_checkpoint_is_told_once_there_is_one(tmp_path: Path) -> None:
    fake = FakeEngine()
    fake.path = tmp_path
    gauge = Gauge(fake.begin(NewRun(CONFIG, Path())))
    assert gauge.figures().seconds_since_save is None
    (tmp_path / "checkpoint").touch()
    since = gauge.figures().seconds_since_save
    assert since is not None
    assert 0 <= since < 60
