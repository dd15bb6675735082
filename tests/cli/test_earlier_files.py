"""Files that commit 39b781b wrote are read, resumed, evaluated and exported."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
import torch
from podd_command import Podd
from safetensors.torch import load_file

import podd_engine
from podd_engine.config.presets import load_preset
from podd_engine.config.schema import DistillationConfig
from podd_engine.data.user_folders import load_user_folders
from podd_engine.runs.event_log import read_events
from podd_engine.runs.notes import read_notes
from podd_engine.runs.run_info import read_run_info
from podd_engine.runtime.events import StepReport


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A copy of the files, because reading a run may create its lock file."""
    fixtures = Path(__file__).parents[1] / "fixtures" / "earlier_version"
    return shutil.copytree(fixtures, tmp_path / "earlier_version")


def test_run_is_listed_with_its_results(files: Path) -> None:
    info = read_run_info(files / "run")
    assert (info.status, info.step, info.steps) == ("finished", 6, 6)
    assert info.accuracy is not None
    assert info.notes == read_notes(files / "run") != ""
    reports = [
        event for event in read_events(files / "run" / "events.jsonl") if isinstance(event, StepReport)
    ]
    assert [report.step for report in reports] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("name", ["run", "poster.safetensors"])
def test_run_and_bundle_are_evaluated_and_exported(
    podd: Podd, files: Path, tmp_path: Path, name: str
) -> None:
    results = podd("evaluate", files / name, "--networks", 1, "--steps", 2, "--json").json["results"]
    assert 0 <= results[0]["test_accuracy"] <= 1
    written = podd(
        "export", files / name, "--to", tmp_path / "out", "--as", "bundle,npz,labels", "--json"
    ).json["files"]
    out = tmp_path / "out"
    assert (out / "labels.csv").read_text() == (files / "exports" / "labels.csv").read_text()
    before, after = load_file(files / "poster.safetensors"), load_file(out / "poster.safetensors")
    assert len(written) == 3
    assert all(torch.equal(before[key], after[key]) for key in before)


def test_bundle_trains_networks(files: Path) -> None:
    poster = podd_engine.load_poster(files / "poster.safetensors")
    patch, label = poster[0]
    assert patch.shape == (1, 8, 8)
    assert label.sum() == pytest.approx(1)


def test_preset_and_added_folder_are_found(files: Path, home: Path) -> None:
    presets = home / "data" / "presets"
    presets.mkdir(parents=True)
    shutil.copy(files / "preset.toml", presets / "my digits.toml")
    shutil.copy(files / "folders.json", home / "data" / "folders.json")
    preset = load_preset("my digits")
    assert preset == DistillationConfig.load(files / "preset.toml")
    assert load_user_folders() == {"flowers": Path("/data/images/flowers")}


def test_interrupted_run_resumes_to_the_same_result(podd: Podd, files: Path) -> None:
    run = files / "interrupted_run"
    expected = json.loads((files / "resumed_expected.json").read_text())
    assert podd("resume", run, "--json").json["steps"] == expected["steps"]
    state = load_file(run / "checkpoint.safetensors")
    before = load_file(files / "resumed_expected.safetensors")
    # Other processors and versions of torch round differently.
    torch.testing.assert_close(state["poster"], before["poster"], rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(state["labels"], before["labels"], rtol=1e-3, atol=1e-4)
    made_with = expected["made_with"]
    if (torch.__version__, torch.backends.cpu.get_cpu_capability()) == (
        made_with["torch"],
        made_with["cpu_capability"],
    ):
        assert hashlib.sha256(state["poster"].numpy().tobytes()).hexdigest() == expected["poster_sha256"]
        assert hashlib.sha256(state["labels"].numpy().tobytes()).hexdigest() == expected["labels_sha256"]
