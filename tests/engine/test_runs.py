"""Runs: one lifecycle, files that hold, and resuming bit for bit."""

import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from filelock import FileLock

from podd_engine.config.dataset_defaults import config_for_folder
from podd_engine.config.presets import load_preset
from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import CancelledError, RunError, StorageError
from podd_engine.runs import PreparedRun, RunDirectory, distill, prepare_run, resume, summarize
from podd_engine.runs.bundle import load_bundle
from podd_engine.runs.checkpoint import load_checkpoint
from podd_engine.runs.directory import next_run_path
from podd_engine.runs.event_log import EventLog, Resumed, events_of_type, read_events
from podd_engine.runtime.events import Evaluation, PausePoint, PosterSnapshot, StepReport, Terminal

SETTINGS = [
    "network.width=8",
    "network.depth=1",
    "truncation.window=3",
    "truncation.total=6",
    "outer.steps=5",
    "outer.real_batch=32",
    "evaluation.every=2",
    "evaluation.networks=2",
    "evaluation.steps=[3,6]",
    "order.source=index",
    "labels.kind=learned",
]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> PreparedRun:
    config = DistillationConfig().with_overrides(SETTINGS)
    return prepare_run(config, cache=tmp_path_factory.mktemp("cache"))


def tensors(path: Path) -> dict[str, torch.Tensor]:
    state = load_checkpoint(path / "checkpoint.safetensors", torch.device("cpu"))
    return {name: value for name, value in vars(state).items() if isinstance(value, torch.Tensor)}


def test_a_run_leaves_its_files_and_one_terminal_event(prepared: PreparedRun, tmp_path: Path) -> None:
    events = list(distill(prepared, tmp_path / "run"))
    assert [type(event) for event in events].count(Terminal) == 1
    assert events[-1] == Terminal("finished", 5)
    assert [event.step for event in events if isinstance(event, StepReport)] == [1, 2, 3, 4, 5]
    assert [event.step for event in events if isinstance(event, Evaluation)] == [2, 4, 5]
    run = RunDirectory.open(tmp_path / "run")
    assert run.config == prepared.config
    assert run.snapshot_steps() == [0, 2, 4, 5]
    last = [event for event in events if isinstance(event, PosterSnapshot)][-1]
    np.testing.assert_array_equal(run.load_snapshot(5).poster, last.poster)
    np.testing.assert_allclose(last.patch_labels.sum(axis=1), 1, atol=1e-6)
    logged = read_events(run.events_path)
    assert logged == [event for event in events if not isinstance(event, PausePoint | PosterSnapshot)]
    best = [event for event in events if isinstance(event, Evaluation) and event.best][-1]
    bundle = load_bundle(run.best_path)
    assert bundle.step == best.step
    np.testing.assert_array_equal(bundle.poster.numpy(), run.load_snapshot(best.step).poster)
    summary = summarize(run.path, logged)
    assert (summary.terminal, summary.steps, summary.networks) == ("finished", 5, 2)
    assert summary.test_accuracy == best.best_result.test_accuracy
    assert summary.peak_memory_bytes > 1e7
    assert json.loads(run.checkpoint_path.with_suffix(".json").read_text())["state"]["step"] == 5


@pytest.mark.parametrize("stop_after", [1, 30, 61])
def test_stopped_anywhere_and_resumed_equals_an_unbroken_run(
    prepared: PreparedRun, tmp_path: Path, stop_after: int
) -> None:
    whole = list(distill(prepared, tmp_path / "whole"))
    broken = distill(prepared, tmp_path / "broken")
    for _ in range(stop_after):
        next(broken)
    stopped = broken.throw(CancelledError())
    assert isinstance(stopped, Terminal)
    assert stopped.kind == "stopped"
    assert list(broken) == []
    rest = list(resume(prepared, tmp_path / "broken"))
    assert rest[-1] == Terminal("finished", 5)
    expected, found = tensors(tmp_path / "whole"), tensors(tmp_path / "broken")
    assert all(torch.equal(expected[name], found[name]) for name in expected)
    for kind in (StepReport, Evaluation):
        one = [replace(event, seconds=0) for event in whole if isinstance(event, kind)]
        log = read_events(tmp_path / "broken" / "events.jsonl")
        assert [replace(event, seconds=0) for event in events_of_type(log, kind)] == one


def test_time_held_at_a_pause_is_not_work(
    prepared: PreparedRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = {"now": 0.0}
    monkeypatch.setattr(time, "perf_counter", lambda: clock["now"])
    events = distill(prepared, tmp_path / "run")
    for event in events:
        if isinstance(event, PausePoint):
            clock["now"] += 100  # a person looks at the poster
        if isinstance(event, StepReport | Evaluation):
            assert event.seconds == 0


def test_an_abandoned_run_is_saved_as_stopped(prepared: PreparedRun, tmp_path: Path) -> None:
    events = distill(prepared, tmp_path / "run")
    while not isinstance(next(events), StepReport):
        pass
    events.close()
    log = read_events(tmp_path / "run" / "events.jsonl")
    assert log[-1] == Terminal("stopped", 1)
    assert list(resume(prepared, tmp_path / "run"))[-1] == Terminal("finished", 5)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (RuntimeError("boom"), "boom"),
        (MemoryError("no more"), "out of memory even with the smallest micro-batches"),
        (torch.OutOfMemoryError("CUDA out of memory"), "out of memory even with the smallest micro-batches"),
    ],
)
def test_any_error_ends_the_run_as_failed_with_its_last_state(
    prepared: PreparedRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, says: str
) -> None:
    events = distill(prepared, tmp_path / "run")
    while not isinstance(next(events), StepReport):
        pass

    def broken(*arguments: object) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(prepared.distiller.train.__class__, "batch", broken)
        *_, end = events
    assert isinstance(end, Terminal)
    assert (end.kind, end.step) == ("failed", 1)
    assert says in end.message
    assert str(error) in end.details
    assert list(resume(prepared, tmp_path / "run"))[-1] == Terminal("finished", 5)


def test_a_loss_that_is_no_number_stops_at_the_last_good_state(prepared: PreparedRun, tmp_path: Path) -> None:
    config = prepared.config.with_values({"inner.optimizer": "sgd", "inner.learning_rate": 1e30})
    wild = prepare_run(config, cache=tmp_path / "cache")
    *_, end = distill(wild, tmp_path / "run")
    assert isinstance(end, Terminal)
    assert end.kind == "failed"
    assert "not finite at outer step 1" in end.message
    assert all(
        value.isfinite().all() for name, value in tensors(tmp_path / "run").items() if name != "average_norm"
    )


def test_a_full_disk_fails_the_run_and_says_so(
    prepared: PreparedRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = distill(prepared, tmp_path / "run")
    while not isinstance(next(events), StepReport):
        pass

    def full(self: EventLog, event: object) -> None:
        raise StorageError("the disk is full; free some space")

    monkeypatch.setattr(EventLog, "append", full)
    *_, end = events
    assert isinstance(end, Terminal)
    assert end.kind == "failed"
    assert "the disk is full" in end.message


def test_one_writer_at_a_time(prepared: PreparedRun, tmp_path: Path) -> None:
    stop = distill(prepared, tmp_path / "run")
    next(stop)
    stop.close()
    with FileLock(tmp_path / "run" / ".lock"):
        (end,) = resume(prepared, tmp_path / "run")
    assert isinstance(end, Terminal)
    assert "another process is writing this run" in end.message


def test_refuses_folders_that_are_no_runs_or_not_empty(prepared: PreparedRun, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    with pytest.raises(RunError, match="already there and not empty"):
        distill(prepared, tmp_path / "full")
    with pytest.raises(RunError, match="is not a run directory"):
        resume(prepared, tmp_path / "full")
    RunDirectory.create(tmp_path / "new", prepared.config)
    with pytest.raises(RunError, match="has no checkpoint"):
        resume(prepared, tmp_path / "new")


def test_a_torn_line_is_dropped_and_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    log = EventLog(path)
    log.append(Terminal("stopped", 3))
    log.close()
    with path.open("a") as file:
        file.write('{"type": "step", "st')
    assert read_events(path) == [Terminal("stopped", 3)]
    log = EventLog(path)
    log.append(Resumed(3))
    log.close()
    assert read_events(path) == [Terminal("stopped", 3), Resumed(3)]
    assert read_events(tmp_path / "none.jsonl") == []


def test_a_damaged_checkpoint_is_named(prepared: PreparedRun, tmp_path: Path) -> None:
    events = distill(prepared, tmp_path / "run")
    next(events)
    events.close()
    path = tmp_path / "run" / "checkpoint.safetensors"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(RunError, match=r"checkpoint\.safetensors: is damaged"):
        resume(prepared, tmp_path / "run")


def test_a_run_is_named_after_its_settings_or_the_folder_they_were_made_for(tmp_path: Path) -> None:
    photos = config_for_folder(str(tmp_path / "holiday photos"), 3)
    assert next_run_path(tmp_path, photos) == tmp_path / "holiday photos-001"
    (tmp_path / "holiday photos-001").mkdir()
    assert next_run_path(tmp_path, photos).name == "holiday photos-002"
    assert next_run_path(tmp_path, photos.with_values({"name": "mine"})).name == "mine-001"
    assert next_run_path(tmp_path, load_preset("digits")).name == "digits-001"
