"""The ``podd`` program: help, version, invalid arguments and unexpected errors."""

import errno
import json
import subprocess
import sys

import pytest
from podd_command import PROGRAM, Podd

from podd_engine.cli import config_commands
from podd_engine.cli.output import Output

COMMANDS = (
    "distill",
    "resume",
    "evaluate",
    "export",
    "presets",
    "datasets",
    "estimate",
    "layout",
    "labels",
    "order",
    "import-command",
    "bench",
)


@pytest.mark.parametrize("words", [("presets",), ("--help",), ("distill", "--help"), ("layout", "digits")])
def test_commands_without_computation_load_no_torch(words: tuple[str, ...]) -> None:
    program = (
        "import sys; from podd_engine.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: sys.exit(7 if 'torch' in sys.modules else end.code)"
    )
    outcome = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, check=False)
    assert outcome.returncode == 0


def test_help_lists_every_command(podd: Podd) -> None:
    outcome = podd("--help")
    assert outcome.code == 0
    for command in COMMANDS:
        assert f" {command} " in outcome.out


def test_help_hides_the_former_name_of_estimate(podd: Podd) -> None:
    assert " plan " not in podd("--help").out
    assert podd("plan", "--help").code == 0


def test_numbers_that_json_cannot_hold_become_null(capsys: pytest.CaptureFixture[str]) -> None:
    values = {"loss": float("nan"), "results": [{"steps": 3, "loss": float("inf")}, (0.5,)]}
    Output(as_json=True, verbose=False).result(values, lambda console: None)
    assert json.loads(capsys.readouterr().out) == {
        "loss": None,
        "results": [{"steps": 3, "loss": None}, [0.5]],
    }


def test_version(podd: Podd) -> None:
    outcome = podd("--version")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("podd")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["distil"], "distil"),
        (["distill"], "CONFIG"),
        (["distill", "digits", "--epochs", "3"], "--epochs"),
        (["distill", "digits", "--steps", "many"], "--steps"),
        (["distill", "digits", "--device", "abacus"], "abacus"),
        (["distill", "digits", "cifar10-laptop"], "cifar10-laptop"),
        (["resume"], "RUN"),
        (["export", "somewhere"], "--to"),
        (["evaluate", "somewhere", "--networks", "0"], "--networks"),
        (["order"], "CONFIG"),
        (["order", "digits", "--distances", "a.csv", "--grid", "5x2"], "CONFIG"),
        (["order", "--distances", "a.csv"], "--grid"),
        (["order", "--distances", "a.csv", "--grid", "5by2"], "5by2"),
        (["datasets", "remove"], "remove"),
    ],
)
def test_invalid_arguments_print_one_line_and_exit_with_2(podd: Podd, words: list[str], named: str) -> None:
    outcome = podd(*words)
    assert (outcome.code, outcome.out) == (2, "")
    assert named in outcome.message


def test_missing_command_prints_help_and_exits_with_2(podd: Podd) -> None:
    outcome = podd()
    assert outcome.code == 2
    assert "distill" in outcome.out + outcome.err


def test_verbose_prints_the_traceback_above_the_message(podd: Podd) -> None:
    brief, verbose = podd("layout", "nothing"), podd("layout", "nothing", "--verbose")
    assert brief.code == verbose.code == 1
    assert "Traceback" not in brief.err
    assert "Traceback" in verbose.err
    assert verbose.err.splitlines()[-1] == brief.message


def test_unexpected_error_prints_one_line(podd: Podd, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("The graph is cyclic.\nNode 3 refers to itself")

    monkeypatch.setattr(config_commands, "preset_names", fail)
    outcome = podd("presets")
    assert (outcome.code, outcome.out) == (1, "")
    assert "RuntimeError: The graph is cyclic. Node 3 refers to itself" in outcome.message


@pytest.mark.parametrize(
    ("error", "cause", "remedy"),
    [
        (RuntimeError("CUDA out of memory. Tried to allocate 3 GiB"), "memory ran out", "lower"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), "memory ran out", "lower"),
        (MemoryError(), "memory ran out", "lower"),
        (
            PermissionError(errno.EACCES, "Permission denied", "birds"),
            "birds: permission denied",
            "permissions",
        ),
        (OSError(errno.EMFILE, "Too many open files"), "too many open files", "ulimit"),
    ],
    ids=["GPU memory", "CPU memory", "Python memory", "permission", "open files"],
)
def test_unexpected_error_of_the_system_names_cause_and_remedy(
    podd: Podd, monkeypatch: pytest.MonkeyPatch, error: Exception, cause: str, remedy: str
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr(config_commands, "preset_names", fail)
    message = podd("presets").message
    assert cause in message
    assert remedy in message
    assert "Errno" not in message
    assert "--verbose" not in message


def test_reader_that_stops_reading_causes_no_error() -> None:
    process = subprocess.Popen(
        [*PROGRAM, "layout", "cifar10-0.9ipc", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    with process.stderr as errors:
        assert errors.read() == b""
    assert process.wait() == 0
