"""Fixtures that run ``podd`` in this process or in a subprocess."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from podd_command import PROGRAM, Outcome, Podd, Start

from podd_engine.cli import main
from podd_engine.config.schema import DistillationConfig


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Separate current folder, user data and caches."""
    monkeypatch.setenv("PODD_HOME", str(tmp_path / "home"))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return tmp_path / "home"


@pytest.fixture
def podd(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Podd:
    """Function that runs ``podd`` with the given arguments in this process."""

    def run(*arguments: str | Path) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["podd", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        captured = capsys.readouterr()
        assert isinstance(end.value.code, int)
        return Outcome(end.value.code, captured.out, captured.err)

    return run


@pytest.fixture
def start(request: pytest.FixtureRequest) -> Start:
    """Function that starts ``podd`` in a subprocess. The subprocess ends with the test."""

    def run(*arguments: str | Path, **options: Any) -> "subprocess.Popen[str]":
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        process = subprocess.Popen([*PROGRAM, *map(str, arguments)], **{**pipes, **options})

        def end() -> None:
            process.kill()
            process.wait()
            for pipe in (process.stdout, process.stderr):
                if pipe is not None:
                    pipe.close()

        request.addfinalizer(end)
        return process

    return run


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Config file of a run of nine outer steps on digits, with an evaluation every three steps."""
    config = DistillationConfig.parse(
        {
            "name": "tiny",
            "dataset": {"name": "digits"},
            "patches": {"columns": 4, "rows": 3},
            "labels": {"kind": "learned", "cover_all": True},
            "order": {"source": "index"},
            "network": {"width": 4, "depth": 1},
            "inner": {"patch_batch": 6, "learning_rate": 0.01},
            "outer": {"steps": 9, "learning_rate": 0.05, "real_batch": 32},
            "truncation": {"window": 2, "total": 5},
            "augmentation": {"patches": ["rotate"], "real": ["rotate"]},
            "evaluation": {"every": 3, "networks": 2, "steps": [2, 4], "train_images": 100},
            "compute": {"device": "cpu"},
        }
    )
    path = tmp_path / "tiny.toml"
    path.write_text(config.to_toml())
    return path
