"""What a run tells at a glance, from files as they lie."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from podd_engine.config.presets import load_preset
from podd_engine.runs.directory import RunDirectory
from podd_engine.runs.run_info import TAIL_BYTES, read_run_info


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    """A run of the digits that has logged nothing."""
    return RunDirectory.create(tmp_path / "digits-001", load_preset("digits"))


def log(run: RunDirectory, *events: dict[str, object], torn: str = "") -> None:
    run.events_path.write_text("".join(json.dumps(event) + "\n" for event in events) + torn)


def step(number: int) -> dict[str, object]:
    return {"type": "step", "step": number}


def end(kind: str, number: int, **more: str) -> dict[str, object]:
    return {"type": "terminal", "kind": kind, "step": number, **more}


def test_a_real_run_is_told_as_its_summary_tells_it(digits_run: Path) -> None:
    from podd_engine.runs import summarize
    from podd_engine.runs.event_log import read_events

    found = read_run_info(digits_run)
    summary = summarize(digits_run, read_events(RunDirectory(digits_run).events_path))
    assert (found.status, found.step, found.steps) == ("finished", summary.steps, 8)
    assert found.accuracy == summary.test_accuracy
    assert found.accuracy_std == summary.test_accuracy_std
    assert found.networks == summary.networks
    assert (found.dataset, found.classes) == ("Digits", 10)
    assert not found.resumable


@pytest.mark.parametrize("kind", ["finished", "stopped", "failed"])
def test_the_end_of_a_run_is_its_status(run: RunDirectory, kind: str) -> None:
    log(run, step(1), step(2), end(kind, 2, message="why"))
    found = read_run_info(run.path)
    assert (found.status, found.step, found.message) == (kind, 2, "why")


def test_a_run_without_an_end_was_interrupted(run: RunDirectory) -> None:
    run.checkpoint_path.touch()
    log(run, step(1), step(2), torn='{"type": "terminal", "kind": "fini')
    found = read_run_info(run.path)
    assert (found.status, found.step) == ("interrupted", 2)
    assert found.resumable


def test_a_run_that_went_on_after_its_end_has_none(run: RunDirectory) -> None:
    log(run, step(1), end("stopped", 1), {"type": "resumed", "step": 1}, {"type": "notice", "text": "x"})
    assert (read_run_info(run.path).status, read_run_info(run.path).step) == ("interrupted", 1)


def test_a_run_that_is_being_written_is_running_and_looking_leaves_the_lock_alone(run: RunDirectory) -> None:
    log(run, step(1))
    with run.lock():
        assert read_run_info(run.path).status == "running"
        assert run.is_locked()
    assert read_run_info(run.path, known=read_run_info(run.path)).status == "interrupted"
    with run.lock():
        assert read_run_info(run.path).status == "running"


@pytest.mark.parametrize("length", [TAIL_BYTES - 40, TAIL_BYTES, 5 * TAIL_BYTES + 3])
def test_long_last_lines_are_read_whole(run: RunDirectory, length: int) -> None:
    log(run, step(1), end("failed", 1, message="out of memory", details="x" * length))
    assert (read_run_info(run.path).status, read_run_info(run.path).message) == ("failed", "out of memory")


@pytest.mark.parametrize("padding", range(0, 60, 7))
def test_the_last_step_is_found_wherever_the_reads_cut_the_log(run: RunDirectory, padding: int) -> None:
    notices = [{"type": "notice", "text": "n" * (50 + padding)}] * 200
    log(run, step(1), step(7), *notices, torn="{" * padding)
    assert read_run_info(run.path).step == 7


def test_nothing_logged_yet(run: RunDirectory) -> None:
    assert (read_run_info(run.path).status, read_run_info(run.path).step) == ("interrupted", 0)
    log(run, torn="{" * (3 * TAIL_BYTES))
    assert read_run_info(run.path).step == 0


@pytest.mark.parametrize("name", ["config.toml", "events.jsonl", "best.safetensors"])
def test_what_cannot_be_read_is_damaged_and_says_why(run: RunDirectory, name: str) -> None:
    log(run, step(1))
    (run.path / name).write_text("}{ not this\n")
    found = read_run_info(run.path)
    assert found.status == "damaged"
    assert found.message
    assert "\n" not in found.message
    assert not found.resumable


def test_files_that_have_not_changed_are_not_read_again(
    run: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    log(run, step(1), end("stopped", 1))
    first = read_run_info(run.path)
    monkeypatch.setattr(RunDirectory, "config", property(lambda self: pytest.fail("read again")))
    assert read_run_info(run.path, known=first) == first
    monkeypatch.undo()
    log(run, step(1), step(2), end("finished", 2))
    assert read_run_info(run.path, known=first).status == "finished"


@pytest.mark.slow
def test_looking_at_runs_loads_no_torch(digits_run: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from podd_engine.runs.run_info import glance;"
        f"assert glance(Path({str(digits_run)!r})).status == 'finished'; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
