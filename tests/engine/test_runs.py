"""Tests of runs: lifecycle, files, and exact resume."""

import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from filelock import FileLock

from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import CancelledError, RunError, StorageError
from podd_engine.runs import PreparedRun, RunDirectory, distill, prepare_run, resume, summarize
from podd_engine.runs.bundle import load_bundle
from podd_engine.runs.checkpoint import load_checkpoint
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


def checkpoint_tensors(path: Path) -> dict[str, torch.Tensor]:
    state = load_checkpoint(path / "checkpoint.safetensors", torch.device("cpu"))
    return {name: value for name, value in vars(state).items() if isinstance(value, torch.Tensor)}


def test_run_writes_its_files_and_one_terminal_event(prepared: PreparedRun, tmp_path: Path) -> None:
    events = list(distill(prepared, tmp_path / "run"))
    assert [type(event) for event in events].count(Terminal) == 1
    assert events[-1] == Terminal("finished", 5)
    assert [event.step for event in events if isinstance(event, StepReport)] == [1, 2, 3, 4, 5]
    assert [event.step for event in events if isinstance(event, Evaluation)] == [2, 4, 5]
    run = RunDirectory.open(tmp_path / "run")
    assert run.config == prepared.config
    assert run.snapshot_steps() == [0, 2, 4, 5]
    assert run.config.dataset.classes == run.poster_class_names() == tuple("0123456789")
    with np.load(run.snapshots_path / "step-00000005.npz") as arrays:
        assert tuple(arrays["class_names"]) == run.config.dataset.classes
    last = [event for event in events if isinstance(event, PosterSnapshot)][-1]
    np.testing.assert_array_equal(run.load_snapshot(5).poster, last.poster)
    np.testing.assert_allclose(last.patch_labels.sum(axis=1), 1, atol=1e-6)
    logged = read_events(run.events_path)
    assert logged == [event for event in events if not isinstance(event, PausePoint | PosterSnapshot)]
    best = [event for event in events if isinstance(event, Evaluation) and event.best][-1]
    bundle = load_bundle(run.best_path)
    assert bundle.step == best.step
    np.testing.assert_array_equal(bundle.poster.numpy(), run.load_snapshot(best.step).poster)
    summary = summarize(run.path, logged, 10**9)
    assert (summary.terminal, summary.steps, summary.networks) == ("finished", 5, 2)
    assert summary.test_accuracy == best.best_result.test_accuracy
    assert summary.peak_memory_bytes == 10**9
    assert json.loads(run.checkpoint_path.with_suffix(".json").read_text())["state"]["step"] == 5


@pytest.mark.parametrize("stop_after", [1, 30, 61])
def test_resumed_run_equals_an_uninterrupted_run(
    prepared: PreparedRun, tmp_path: Path, stop_after: int
) -> None:
    complete = list(distill(prepared, tmp_path / "complete"))
    interrupted = distill(prepared, tmp_path / "interrupted")
    for _ in range(stop_after):
        next(interrupted)
    stopped = interrupted.throw(CancelledError())
    assert isinstance(stopped, Terminal)
    assert stopped.kind == "stopped"
    assert list(interrupted) == []
    assert 0 in RunDirectory(tmp_path / "interrupted").snapshot_steps()
    rest = list(resume(prepared, tmp_path / "interrupted"))
    assert rest[-1] == Terminal("finished", 5)
    expected = checkpoint_tensors(tmp_path / "complete")
    resumed = checkpoint_tensors(tmp_path / "interrupted")
    assert all(torch.equal(expected[name], resumed[name]) for name in expected)
    for kind in (StepReport, Evaluation):
        reports = [replace(event, seconds=0) for event in complete if isinstance(event, kind)]
        log = read_events(tmp_path / "interrupted" / "events.jsonl")
        assert [replace(event, seconds=0) for event in events_of_type(log, kind)] == reports


def test_paused_time_does_not_count_as_compute_time(
    prepared: PreparedRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = {"now": 0.0}
    monkeypatch.setattr(time, "perf_counter", lambda: clock["now"])
    events = distill(prepared, tmp_path / "run")
    for event in events:
        if isinstance(event, PausePoint):
            clock["now"] += 100  # the caller pauses the run
        if isinstance(event, StepReport | Evaluation):
            assert event.seconds == 0


def test_closing_the_generator_saves_the_run_as_stopped(prepared: PreparedRun, tmp_path: Path) -> None:
    events = distill(prepared, tmp_path / "run")
    while not isinstance(next(events), StepReport):
        pass
    events.close()
    log = read_events(tmp_path / "run" / "events.jsonl")
    assert log[-1] == Terminal("stopped", 1)
    assert list(resume(prepared, tmp_path / "run"))[-1] == Terminal("finished", 5)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (RuntimeError("boom"), "boom"),
        (MemoryError("no more"), "out of memory even with the smallest micro-batches"),
        (torch.OutOfMemoryError("CUDA out of memory"), "out of memory even with the smallest micro-batches"),
    ],
)
def test_any_error_ends_the_run_as_failed_with_its_last_state(
    prepared: PreparedRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, expected: str
) -> None:
    events = distill(prepared, tmp_path / "run")
    while not isinstance(next(events), StepReport):
        pass

    def fail(*arguments: object) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(prepared.distiller.train.__class__, "batch", fail)
        *_, end = events
    assert isinstance(end, Terminal)
    assert (end.kind, end.step) == ("failed", 1)
    assert expected in end.message
    assert str(error) in end.details
    assert list(resume(prepared, tmp_path / "run"))[-1] == Terminal("finished", 5)


def test_non_finite_loss_fails_the_run_with_the_last_finite_state(
    prepared: PreparedRun, tmp_path: Path
) -> None:
    config = prepared.config.with_values({"inner.optimizer": "sgd", "inner.learning_rate": 1e30})
    diverging = prepare_run(config, cache=tmp_path / "cache")
    *_, end = distill(diverging, tmp_path / "run")
    assert isinstance(end, Terminal)
    assert end.kind == "failed"
    assert "not finite at outer step 1" in end.message
    saved = checkpoint_tensors(tmp_path / "run")
    assert all(value.isfinite().all() for name, value in saved.items() if name != "average_norm")


def test_full_disk_fails_the_run_with_a_message(
    prepared: PreparedRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = distill(prepared, tmp_path / "run")
    while not isinstance(next(events), StepReport):
        pass

    def fail(self: EventLog, event: object) -> None:
        raise StorageError("the disk is full; free some space")

    monkeypatch.setattr(EventLog, "append", fail)
    *_, end = events
    assert isinstance(end, Terminal)
    assert end.kind == "failed"
    assert "the disk is full" in end.message


def test_only_one_process_can_write_a_run(prepared: PreparedRun, tmp_path: Path) -> None:
    events = distill(prepared, tmp_path / "run")
    next(events)
    events.close()
    with FileLock(tmp_path / "run" / ".lock"):
        (end,) = resume(prepared, tmp_path / "run")
    assert isinstance(end, Terminal)
    assert "another process is writing this run" in end.message


def test_unsuitable_folders_are_rejected(prepared: PreparedRun, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    with pytest.raises(RunError, match="already exists and is not empty"):
        distill(prepared, tmp_path / "full")
    with pytest.raises(RunError, match="not a run directory"):
        resume(prepared, tmp_path / "full")
    RunDirectory.create(tmp_path / "new", prepared.config)
    with pytest.raises(RunError, match="no checkpoint found"):
        resume(prepared, tmp_path / "new")


def test_incomplete_last_line_is_ignored_and_removed(tmp_path: Path) -> None:
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


def test_damaged_checkpoint_is_reported_with_its_path(prepared: PreparedRun, tmp_path: Path) -> None:
    events = distill(prepared, tmp_path / "run")
    next(events)
    events.close()
    path = tmp_path / "run" / "checkpoint.safetensors"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(RunError, match=r"checkpoint\.safetensors: the checkpoint is damaged"):
        resume(prepared, tmp_path / "run")
