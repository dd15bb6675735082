"""The event log on a disk that fills up."""

from pathlib import Path

import pytest
from full_disk import full_disk

from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import StorageError
from podd_engine.runs import distill, prepare_run
from podd_engine.runs.event_log import EventLog, read_events
from podd_engine.runtime.events import Notice


def test_a_full_disk_leaves_whole_lines_and_the_log_goes_on_after_it(tmp_path: Path) -> None:
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
    log.append(Notice("there is room again"))
    assert read_events(path)[-1] == Notice("there is room again")
    log.close()


def test_a_log_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").mkdir()
    with pytest.raises(StorageError, match=r"events\.jsonl"):
        EventLog(tmp_path / "events.jsonl")


def test_a_run_that_cannot_be_saved_even_once_leaves_nothing(tmp_path: Path) -> None:
    settings = {"order.source": "index", "network.width": 4, "network.depth": 1}
    prepared = prepare_run(DistillationConfig().with_values(settings), tmp_path / "cache")
    with full_disk(), pytest.raises(StorageError, match="cannot be written"):
        distill(prepared, tmp_path / "run")
    assert not (tmp_path / "run").exists()
