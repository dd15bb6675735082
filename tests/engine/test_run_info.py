"""Tests of the run status read from files."""

import errno
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from podd_engine.config.presets import load_preset
from podd_engine.runs.directory import RunDirectory
from podd_engine.runs.run_info import TAIL_BYTES, read_run_info


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    """Run directory of the digits preset with an empty log."""
    return RunDirectory.create(tmp_path / "digits-001", load_preset("digits"))


def write_log(run: RunDirectory, *events: dict[str, object], incomplete: str = "") -> None:
    run.events_path.write_text("".join(json.dumps(event) + "\n" for event in events) + incomplete)


def step(number: int) -> dict[str, object]:
    return {"type": "step", "step": number}


def terminal(kind: str, number: int, **more: str) -> dict[str, object]:
    return {"type": "terminal", "kind": kind, "step": number, **more}


def test_info_of_a_real_run_equals_its_summary(digits_run: Path) -> None:
    from podd_engine.runs import summarize
    from podd_engine.runs.event_log import read_events

    info = read_run_info(digits_run)
    summary = summarize(digits_run, read_events(RunDirectory(digits_run).events_path), 0)
    assert (info.status, info.step, info.steps) == ("finished", summary.steps, 8)
    assert info.accuracy == summary.test_accuracy
    assert info.accuracy_std == summary.test_accuracy_std
    assert info.networks == summary.networks
    assert (info.dataset, info.classes) == ("Digits", 10)
    assert not info.resumable


@pytest.mark.parametrize("kind", ["finished", "stopped", "failed"])
def test_status_is_the_kind_of_the_terminal_event(run: RunDirectory, kind: str) -> None:
    write_log(run, step(1), step(2), terminal(kind, 2, message="why"))
    info = read_run_info(run.path)
    assert (info.status, info.step, info.message) == (kind, 2, "why")


def test_run_without_a_terminal_event_is_interrupted(run: RunDirectory) -> None:
    run.checkpoint_path.touch()
    write_log(run, step(1), step(2), incomplete='{"type": "terminal", "kind": "fini')
    info = read_run_info(run.path)
    assert (info.status, info.step) == ("interrupted", 2)
    assert info.resumable


def test_terminal_event_before_a_resume_is_ignored(run: RunDirectory) -> None:
    resumed = {"type": "resumed", "step": 1}
    write_log(run, step(1), terminal("stopped", 1), resumed, {"type": "notice", "text": "x"})
    assert (read_run_info(run.path).status, read_run_info(run.path).step) == ("interrupted", 1)


def test_locked_run_is_running_and_reading_keeps_the_lock(run: RunDirectory) -> None:
    write_log(run, step(1))
    with run.lock():
        assert read_run_info(run.path).status == "running"
        assert run.is_locked()
    assert read_run_info(run.path, known=read_run_info(run.path)).status == "interrupted"
    with run.lock():
        assert read_run_info(run.path).status == "running"


@pytest.mark.parametrize("length", [TAIL_BYTES - 40, TAIL_BYTES, 5 * TAIL_BYTES + 3])
def test_long_last_lines_are_read_completely(run: RunDirectory, length: int) -> None:
    write_log(run, step(1), terminal("failed", 1, message="out of memory", details="x" * length))
    assert (read_run_info(run.path).status, read_run_info(run.path).message) == ("failed", "out of memory")


@pytest.mark.parametrize("padding", range(0, 60, 7))
def test_last_step_is_found_at_any_block_boundary(run: RunDirectory, padding: int) -> None:
    notices = [{"type": "notice", "text": "n" * (50 + padding)}] * 200
    write_log(run, step(1), step(7), *notices, incomplete="{" * padding)
    assert read_run_info(run.path).step == 7


def test_empty_log_gives_step_zero(run: RunDirectory) -> None:
    assert (read_run_info(run.path).status, read_run_info(run.path).step) == ("interrupted", 0)
    write_log(run, incomplete="{" * (3 * TAIL_BYTES))
    assert read_run_info(run.path).step == 0


@pytest.mark.parametrize("name", ["config.toml", "events.jsonl", "best.safetensors"])
def test_unreadable_run_is_damaged_with_a_message(run: RunDirectory, name: str) -> None:
    write_log(run, step(1))
    (run.path / name).write_text("}{ not this\n")
    info = read_run_info(run.path)
    assert info.status == "damaged"
    assert info.message.startswith(f"{run.path / name}: ")
    assert "; " in info.message
    assert "\n" not in info.message
    assert not info.resumable


def test_refused_file_of_a_run_is_named_with_a_remedy(
    run: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_log(run, step(1))
    opened = Path.open

    def refuse(path: Path, *arguments: Any, **options: Any) -> Any:
        if path == run.events_path:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return opened(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)
    assert read_run_info(run.path).message == (
        f"{run.events_path}: cannot be read (permission denied); change its permissions"
    )


def test_unchanged_files_are_not_read_again(run: RunDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    write_log(run, step(1), terminal("stopped", 1))
    first = read_run_info(run.path)
    monkeypatch.setattr(RunDirectory, "config", property(lambda self: pytest.fail("read again")))
    assert read_run_info(run.path, known=first) == first
    monkeypatch.undo()
    write_log(run, step(1), step(2), terminal("finished", 2))
    assert read_run_info(run.path, known=first).status == "finished"


@pytest.mark.slow
def test_reading_run_info_loads_no_torch(digits_run: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from podd_engine.runs.run_info import read_run_info;"
        f"assert read_run_info(Path({str(digits_run)!r})).status == 'finished';"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
