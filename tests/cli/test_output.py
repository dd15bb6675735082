"""Output of commands: encodings, closed streams, and names with control characters."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from podd_command import PROGRAM

NAMES = ("猫", "[red]x", "esc\x1b[31m", "line\nbreak", ":dog:", "Übung")


@pytest.fixture
def animals(tmp_path: Path) -> Path:
    """Folder of images whose class names are difficult to print."""
    random = np.random.default_rng(0)
    for name in NAMES:
        (tmp_path / "animals" / name).mkdir(parents=True)
        for number in range(2):
            pixels = random.integers(0, 256, (8, 8, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "animals" / name / f"{number}.png")
    return tmp_path / "animals"


def run(*words: str | Path, encoding: str = "utf-8", stdout: Any = subprocess.PIPE) -> Any:
    return subprocess.run(
        [*PROGRAM, *map(str, words)],
        env={**os.environ, "PYTHONIOENCODING": encoding},
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
    )


@pytest.mark.skipif(os.name == "nt", reason="file names cannot contain control characters")
@pytest.mark.parametrize(
    "encoding",
    [
        "utf-8",
        "cp437",
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("cp1252", "ascii", "utf-16")),
    ],
)
def test_every_name_is_printed_in_every_encoding(animals: Path, encoding: str) -> None:
    outcome = run("order", animals, "--source", "index", encoding=encoding)
    assert outcome.returncode == 0, outcome.stderr
    text = outcome.stdout.decode(encoding)
    for name in ("[red]x", r"esc\x1b[31m", r"line\nbreak", ":dog:"):
        assert name in text
    for name in ("猫", "Übung"):
        assert name.encode(encoding, "backslashreplace").decode(encoding) in text
    assert "\x1b" not in text


@pytest.mark.skipif(os.name == "nt", reason="needs a shell that closes streams")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_closed_streams_cause_no_error(tiny: Path, closed: str) -> None:
    command = [*PROGRAM, "distill", str(tiny), "--out", "run"]
    outcome = subprocess.run(["sh", "-c", f'exec "$@" {closed}', "sh", *command], check=False)
    assert outcome.returncode == 0
    assert Path("run/best.safetensors").is_file()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_full_disk_behind_stdout(tiny: Path) -> None:
    with Path("/dev/full").open("w") as full:
        finished = run("distill", tiny, "--out", "run", stdout=full)
        listed = run("presets", stdout=full)
    assert finished.returncode == 0
    assert b"standard output: cannot be written (the disk is full)" in finished.stderr
    assert listed.returncode == 1
    assert listed.stderr.decode().splitlines() == [
        "podd: standard output: cannot be written (the disk is full); "
        "free some space or choose another folder"
    ]


@pytest.mark.parametrize("argument", ["nosuch\x1b[31m", "two\nlines", "mark\u202eup"])
def test_arguments_in_error_messages_do_not_control_the_terminal(argument: str) -> None:
    outcome = run(argument)
    assert outcome.returncode == 2
    message = outcome.stderr.decode()
    assert len(message.splitlines()) == 1
    assert not any(character in message for character in "\x1b\u202e")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow only names that are UTF-8")
def test_argument_that_is_not_utf_8_is_shown_with_escapes() -> None:
    outcome = subprocess.run([*PROGRAM, "distill", b"birds/ma\xf1ana.toml"], capture_output=True, check=False)
    assert outcome.returncode == 1
    assert rb"birds/ma\xf1ana.toml: there is no such file" in outcome.stderr
