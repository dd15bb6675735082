"""History of a run: its compute time."""

from dataclasses import replace

import pytest
from fake_engine import CONFIG, evaluation, step

from podd_app.models.run_history import RunHistory
from podd_app.models.run_messages import RunMetadata


def test_compute_time_is_the_time_of_all_steps_and_evaluations() -> None:
    history = RunHistory()
    assert history.compute_seconds == 0
    earlier = (replace(evaluation(2, 0.5), seconds=10.0),)
    reports = (step(1, seconds=1.5), step(2, seconds=2.5))
    history.open(RunMetadata(CONFIG, ("a", "b"), reports=reports, evaluations=earlier))
    assert history.compute_seconds == pytest.approx(14)
    history.add_reports([step(3, seconds=0.25), step(4, seconds=0.75)])
    assert history.compute_seconds == pytest.approx(15)
    history.add_evaluation(replace(evaluation(4, 0.5), seconds=5.0))
    assert history.compute_seconds == pytest.approx(20)
    history.open(None)
    assert history.compute_seconds == 0
