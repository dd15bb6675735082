"""Tests of the event log: a full disk, and numbers that JSON does not contain."""

import json
import math
from pathlib import Path

import pytest
from full_disk import full_disk

from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import StorageError
from podd_engine.runs import distill, prepare_run
from podd_engine.runs.event_log import EventLog, read_events
from podd_engine.runtime.events import Evaluation, LengthResult, Notice, StepReport


def test_full_disk_leaves_complete_lines_and_the_log_can_continue(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    log = EventLog(path)
    notices = [Notice(f"number {number}") for number in range(1000)]

    def fill() -> None:
        for notice in notices:
            log.append(notice)

    with full_disk(), pytest.raises(StorageError, match=r"events\.jsonl: cannot be written"):
        fill()
    kept = read_events(path)
    assert 10 < len(kept) < 1000
    assert kept == notices[: len(kept)]
    log.append(Notice("space is available again"))
    assert read_events(path)[-1] == Notice("space is available again")
    log.close()


def test_log_that_cannot_be_opened_is_reported_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").mkdir()
    with pytest.raises(StorageError, match=r"events\.jsonl"):
        EventLog(tmp_path / "events.jsonl")


def test_run_whose_first_checkpoint_fails_is_removed(tmp_path: Path) -> None:
    settings = {"order.source": "index", "network.width": 4, "network.depth": 1}
    prepared = prepare_run(DistillationConfig().with_values(settings), tmp_path / "cache")
    with full_disk(), pytest.raises(StorageError, match="cannot be written"):
        distill(prepared, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_nan_and_infinity_are_written_as_null_and_read_as_nan(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    length = LengthResult(3, 0.1, math.nan, 0.2, 0.0, math.nan, math.inf)
    events = [
        StepReport(1, math.nan, math.inf, -math.inf, 0.1, 0, 3, 0.5),
        Evaluation(1, 2, (length,), False, 0.5),
    ]
    log = EventLog(path)
    for event in events:
        log.append(event)
    log.close()

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    lines = [json.loads(line, parse_constant=refuse) for line in path.read_text().splitlines()]
    assert lines[0]["loss"] is lines[0]["gradient_norm"] is lines[0]["clip_level"] is None
    step, evaluation = read_events(path)
    assert isinstance(step, StepReport)
    assert isinstance(evaluation, Evaluation)
    assert all(math.isnan(value) for value in (step.loss, step.gradient_norm, step.clip_level))
    assert (step.learning_rate, step.window) == (0.1, 3)
    (result,) = evaluation.results
    assert all(map(math.isnan, (result.test_accuracy_std, result.train_loss, result.test_loss)))
    assert result.test_accuracy == 0.1


def test_bare_nan_of_earlier_versions_is_read(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    values = vars(StepReport(1, math.nan, math.inf, 1.0, 0.1, 0, 3, 0.5))
    path.write_text(json.dumps({"type": "step", **values}) + "\n")
    (report,) = read_events(path)
    assert isinstance(report, StepReport)
    assert math.isnan(report.loss)
    assert report.gradient_norm == math.inf
