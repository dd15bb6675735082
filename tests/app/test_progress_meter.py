"""The gauge: time on hold counts for nothing, earlier stretches count."""

from dataclasses import replace
from pathlib import Path

import pytest
from fake_engine import CONFIG, FakeEngine, evaluation, step

from podd_app.models.run_messages import NewRunRequest
from podd_app.workers.progress_meter import ProgressMeter


class Clock:
    """Time the test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_time_on_hold_slows_nothing_down() -> None:
    clock = Clock()
    meter = ProgressMeter(FakeEngine().begin(NewRunRequest(CONFIG, Path())), clock)
    meter.add_event(step(1, seconds=0.5))
    meter.pause()
    clock.now += 100
    meter.resume()
    meter.add_event(step(2, seconds=0.5))
    meter.add_event(step(3, seconds=0.5))
    assert meter.statistics().steps_per_second == pytest.approx(2.0)
    assert meter.statistics().step == 3


def test_an_earlier_stretch_tells_what_evaluations_cost() -> None:
    run_stream = FakeEngine().begin(NewRunRequest(CONFIG, Path()))
    every, last = CONFIG.evaluation.every, CONFIG.outer.steps
    past = replace(run_stream.metadata, reports=(step(every),), evaluations=(evaluation(every),))
    meter = ProgressMeter(replace(run_stream, metadata=past))
    steps_left, evaluations_left = last - every, (last - every) // every
    expected = 0.5 * steps_left + evaluation(every).seconds * evaluations_left
    assert meter.statistics().seconds_remaining == pytest.approx(expected)


def test_the_age_of_the_checkpoint_is_told_once_there_is_one(tmp_path: Path) -> None:
    fake = FakeEngine()
    fake.path = tmp_path
    meter = ProgressMeter(fake.begin(NewRunRequest(CONFIG, Path())))
    assert meter.statistics().seconds_since_save is None
    (tmp_path / "checkpoint").touch()
    since = meter.statistics().seconds_since_save
    assert since is not None
    assert 0 <= since < 60
