"""``podd distill`` and ``podd resume``: options, stdout, stderr and exit codes."""

import json
import os
import shlex
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
import torch
from podd_command import Podd, Start
from safetensors.torch import load_file

from podd_engine.config.schema import DistillationConfig
from podd_engine.runs.event_log import events_of_type, read_events
from podd_engine.runtime.events import StepReport


def tensors_of(run: Path) -> dict[str, torch.Tensor]:
    """Return all tensors of the checkpoint and of the best poster of a run."""
    files = ("checkpoint.safetensors", "best.safetensors")
    return {f"{file}: {name}": value for file in files for name, value in load_file(run / file).items()}


def assert_same_run(one: Path, other: Path) -> None:
    """Assert that state, poster and history of two runs are identical."""
    first, second = tensors_of(one), tensors_of(other)
    assert first.keys() == second.keys()
    for name, value in first.items():
        torch.testing.assert_close(second[name], value, rtol=0, atol=0, equal_nan=True, msg=name)
    histories = [
        [
            (report.step, report.loss, report.gradient_norm)
            for report in events_of_type(read_events(path), StepReport)
        ]
        for path in (one / "events.jsonl", other / "events.jsonl")
    ]
    assert histories[0] == histories[1]


def test_distill_prints_a_single_json_object(podd: Podd, tiny: Path) -> None:
    outcome = podd("distill", tiny, "--out", "here", "--json")
    assert outcome.code == 0
    found = outcome.json
    assert (found["run"], found["steps"], found["terminal"]) == ("here", 9, "finished")
    assert found["networks"] == 2
    assert 0 < found["test_accuracy"] < 1
    assert 0 < found["train_accuracy"] < 1
    assert 0 <= found["test_accuracy_std"] < 1
    assert found["seconds"] > 0
    assert found["peak_memory_bytes"] > 2**20
    assert {path.name for path in Path("here").iterdir()} >= {
        "config.toml",
        "events.jsonl",
        "checkpoint.safetensors",
        "checkpoint.json",
        "best.safetensors",
        "snapshots",
    }


def test_progress_in_a_log_has_plain_lines(podd: Podd, tiny: Path) -> None:
    outcome = podd("distill", tiny)
    assert not {"\r", "\x1b"} & set(outcome.out + outcome.err)
    lines = outcome.err.splitlines()
    assert lines[0].startswith("step 1/9  loss ")
    assert lines[0].endswith(" left")
    assert [line.split(":")[0] for line in lines[1:]] == ["step 3", "step 6", "step 9"]
    assert all("test accuracy" in line for line in lines[1:])


def test_text_summary_shows_paths_and_next_commands(podd: Podd, tiny: Path) -> None:
    out = podd("distill", tiny).out
    assert out.startswith("finished after 9 outer steps")
    assert Path("runs/tiny-001/best.safetensors").is_file()
    for line in (
        "runs/tiny-001/best.safetensors",
        "podd export runs/tiny-001",
        "podd evaluate runs/tiny-001",
    ):
        assert line in out


def test_next_commands_can_be_pasted(podd: Podd, tiny: Path) -> None:
    out = podd("distill", tiny, "--steps", "1", "--set", "evaluation.networks=1", "--out", "my run's").out
    assert out.startswith("finished after 1 outer step,")
    assert "(1 network)" in out
    line = next(line for line in out.splitlines() if "podd export" in line)
    _, *words = shlex.split(line)
    assert words == ["export", "my run's", "--to", "my run's-export"]
    assert podd(*words).code == 0


def test_default_run_directories_are_numbered(podd: Podd, tiny: Path) -> None:
    words = ("distill", tiny, "--steps", "1", "--json")
    assert [podd(*words).json["run"] for _ in range(2)] == ["runs/tiny-001", "runs/tiny-002"]


def test_options_change_settings_of_the_run(podd: Podd, tiny: Path) -> None:
    changes = ("--set", "outer.learning_rate=0.5", "--set", "name=renamed", "--set", "evaluation.steps=[3]")
    outcome = podd("distill", tiny, *changes, "--steps", "2", "--seed", "7", "--device", "cpu", "--json")
    config = DistillationConfig.load(Path(outcome.json["run"]) / "config.toml")
    assert Path(outcome.json["run"]) == Path("runs/renamed-001")
    assert (config.outer.learning_rate, config.outer.steps, config.seed) == (0.5, 2, 7)
    assert config.evaluation.steps == (3,)


def test_run_is_reproducible_from_its_config_file(podd: Podd, tiny: Path) -> None:
    podd("distill", tiny, "--out", "first")
    podd("distill", "first/config.toml", "--out", "second")
    podd("distill", tiny, "--out", "other", "--seed", "1")
    assert_same_run(Path("first"), Path("second"))
    assert not torch.equal(
        load_file("first/best.safetensors")["poster"], load_file("other/best.safetensors")["poster"]
    )


def test_extended_run_equals_uninterrupted_run(podd: Podd, tiny: Path) -> None:
    podd("distill", tiny, "--out", "whole")
    podd("distill", tiny, "--out", "parts", "--steps", "6")
    outcome = podd("resume", "parts", "--steps", "9", "--json")
    assert outcome.code == 0
    assert (outcome.json["steps"], outcome.json["terminal"]) == (9, "finished")
    assert_same_run(Path("whole"), Path("parts"))


def test_resume_saves_the_number_of_steps(podd: Podd, tiny: Path) -> None:
    podd("distill", tiny, "--out", "run", "--steps", "3")
    podd("resume", "run", "--steps", "6")
    assert DistillationConfig.load(Path("run/config.toml")).outer.steps == 6
    assert podd("resume", "run", "--json").json["steps"] == 6
    fewer = podd("resume", "run", "--steps", "4")
    assert (fewer.code, fewer.out) == (1, "")
    assert "already has 6 outer steps" in fewer.message


def test_resume_of_a_finished_run_repeats_its_summary(podd: Podd, tiny: Path) -> None:
    first = podd("distill", tiny, "--out", "run", "--json").json
    again = podd("resume", "run", "--json")
    assert again.code == 0
    for key in ("steps", "test_accuracy", "train_accuracy", "seconds", "terminal"):
        assert again.json[key] == first[key]


@pytest.mark.slow
def test_killed_and_resumed_run_equals_uninterrupted_run(start: Start, podd: Podd, tiny: Path) -> None:
    podd("distill", tiny, "--out", "whole")
    process = start("distill", tiny, "--out", "killed")
    assert process.stderr is not None
    assert any(line.startswith("step 3: test accuracy") for line in process.stderr)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    outcome = podd("resume", "killed", "--json")
    assert (outcome.code, outcome.json["terminal"]) == (0, "finished")
    assert_same_run(Path("whole"), Path("killed"))


@pytest.mark.slow
@pytest.mark.parametrize("signals", [[signal.SIGINT], [signal.SIGTERM], [signal.SIGINT, signal.SIGINT]])
def test_stop_signals_save_the_run_and_exit_with_130(
    start: Start, podd: Podd, tiny: Path, signals: list[signal.Signals]
) -> None:
    many = ("--set", "outer.steps=100000", "--set", "evaluation.every=100000")
    process = start("distill", tiny, *many, "--out", "stopped", "--json")
    assert process.stderr is not None
    assert process.stderr.readline().startswith("step 1/100,000")
    for number in signals:
        process.send_signal(number)
    out, err = process.communicate()
    assert (process.returncode, err) == (130, "")
    summary = json.loads(out)
    assert summary["terminal"] == "stopped"
    steps = summary["steps"]
    assert json.loads(Path("stopped/checkpoint.json").read_text())["state"]["step"] == steps >= 1

    words = ("--steps", str(steps + 3), "--json")
    assert podd("resume", "stopped", *words).json["terminal"] == "finished"
    podd("distill", tiny, *many, *words, "--out", "whole")
    assert_same_run(Path("whole"), Path("stopped"))


def test_ctrl_c_during_preparation_creates_no_files(
    podd: Podd, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: Any) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr("podd_engine.runs.run.prepare_run", interrupted)
    outcome = podd("distill", tiny, "--json")
    assert (outcome.code, outcome.out) == (130, "")
    assert outcome.message == "podd: stopped"
    assert not Path("runs").exists()
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals")
def test_progress_on_a_terminal_is_one_live_line(start: Start, tiny: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    process = start("distill", tiny, "--json", stderr=theirs, env={**os.environ, "TERM": "xterm-256color"})
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 65536):
            shown += piece
    except OSError:  # Linux raises an error when the other side closes
        pass
    os.close(ours)
    assert process.stdout is not None
    assert json.loads(process.stdout.read())["terminal"] == "finished"
    text = shown.decode()
    assert "step 9/9" in text
    assert "loss" in text
    assert "left" in text
    assert "test accuracy" in text
    assert "\r" in text
    # The line is removed and the cursor is visible.
    assert text.rstrip().endswith("\x1b[2K") or "\x1b[?25h" in text


@pytest.mark.slow
def test_pipe_receives_no_control_codes_with_forced_color(start: Start, tiny: Path) -> None:
    forced = {**os.environ, "FORCE_COLOR": "1", "TERM": "xterm-256color"}
    process = start("distill", tiny, env=forced)
    out, err = process.communicate()
    assert not {"\r", "\x1b"} & set(out + err)
    assert process.returncode == 0


def test_subprocess_prints_the_same_result(start: Start, podd: Podd) -> None:
    process = start("layout", "digits", "--json", stderr=subprocess.STDOUT)
    assert json.loads(process.communicate()[0]) == podd("layout", "digits", "--json").json
