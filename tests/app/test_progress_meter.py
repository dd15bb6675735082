"""Progress meter: paused time, past events and the age of the checkpoint."""

from dataclasses import replace
from pathlib import Path

import pytest
from fake_engine import CONFIG, FakeEngine, evaluation, step

from podd_app.models.run_messages import NewRunRequest
from podd_app.workers.progress_meter import ProgressMeter


class Clock:
    """Clock that the test advances."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_paused_time_is_not_counted() -> None:
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


def test_past_events_determine_remaining_time() -> None:
    run_stream = FakeEngine().begin(NewRunRequest(CONFIG, Path()))
    every, last = CONFIG.evaluation.every, CONFIG.outer.steps
    past = replace(run_stream.metadata, reports=(step(every),), evaluations=(evaluation(every),))
    meter = ProgressMeter(replace(run_stream, metadata=past))
    steps_left, evaluations_left = last - every, (last - every) // every
    expected = 0.5 * steps_left + evaluation(every).seconds * evaluations_left
    assert meter.statistics().seconds_remaining == pytest.approx(expected)


def test_checkpoint_age_is_known_once_the_file_exists(tmp_path: Path) -> None:
    fake = FakeEngine()
    fake.path = tmp_path
    meter = ProgressMeter(fake.begin(NewRunRequest(CONFIG, Path())))
    assert meter.statistics().seconds_since_save is None
    (tmp_path / "checkpoint").touch()
    seconds = meter.statistics().seconds_since_save
    assert seconds is not None
    assert 0 <= seconds < 60
