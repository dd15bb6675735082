"""Tests of the event log on a full disk."""

from pathlib import Path

import pytest
from full_disk import full_disk

from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import StorageError
from podd_engine.runs import distill, prepare_run
from podd_engine.runs.event_log import EventLog, read_events
from podd_engine.runtime.events import Notice


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
