"""``podd evaluate`` and ``podd export``."""

import json
from pathlib import Path

import pytest
from PIL import Image
from podd_command import Podd

from podd_engine.runs.event_log import Evaluation, events_of_type, read_events


@pytest.fixture
def run(podd: Podd, tiny: Path) -> Path:
    """Directory of a finished run."""
    assert podd("distill", tiny, "--out", "run").code == 0
    return Path("run")


def test_evaluate_repeats_the_evaluation_of_the_run(podd: Podd, run: Path) -> None:
    outcome = podd("evaluate", run, "--json")
    (row,) = outcome.json["results"]
    best = [event for event in events_of_type(read_events(run / "events.jsonl"), Evaluation) if event.best][
        -1
    ]
    assert (row["architecture"], row["networks"], row["steps"]) == ("convnet", 2, best.best_result.steps)
    assert row["test_accuracy"] == pytest.approx(best.best_result.test_accuracy, abs=1e-6)
    assert row["test_accuracy_std"] == pytest.approx(best.best_result.test_accuracy_std, abs=1e-6)
    assert [entry["steps"] for entry in row["lengths"]] == [2, 4]
    assert (outcome.code, outcome.err) == (0, "")


def test_evaluate_with_other_architectures_networks_and_steps(podd: Podd, run: Path) -> None:
    words = ("--arch", "convnet-bn,convnet-nonorm", "--networks", "3", "--steps", "5", "--json")
    rows = podd("evaluate", run, *words).json["results"]
    found = [(row["architecture"], row["networks"], row["steps"]) for row in rows]
    assert found == [("convnet-bn", 3, 5), ("convnet-nonorm", 3, 5)]
    assert all(0 < row["test_accuracy"] < 1 for row in rows)


def test_evaluation_of_a_bundle_equals_that_of_its_run(podd: Podd, run: Path, tmp_path: Path) -> None:
    wanted = podd("evaluate", run, "--json").json
    podd("export", run, "--to", tmp_path / "out", "--as", "bundle")
    (file,) = (tmp_path / "out").iterdir()
    assert podd("evaluate", file, "--json").json == wanted
    assert "test accuracy" in podd("evaluate", file).out


def test_unknown_architecture_is_reported_before_training(podd: Podd, run: Path) -> None:
    outcome = podd("evaluate", run, "--arch", "convnet,convnext", "--json")
    assert (outcome.code, outcome.out) == (1, "")
    assert "convnext" in outcome.message


def test_architecture_too_deep_for_the_patches(podd: Podd, run: Path) -> None:
    outcome = podd("evaluate", run, "--arch", "convnet4")
    assert outcome.code == 1
    assert "8 px" in outcome.message


def test_dataset_with_other_classes(podd: Podd, run: Path, tmp_path: Path) -> None:
    for number in range(10):
        folder = tmp_path / "others" / f"letter-{number}"
        folder.mkdir(parents=True)
        for image in range(3):
            Image.new("L", (8, 8), 20 * number + image).save(folder / f"{image}.png")
    outcome = podd("evaluate", run, "--data", tmp_path / "others")
    assert outcome.code == 1
    assert str(tmp_path / "others") in outcome.message
    assert "class" in outcome.message


def test_export_lists_the_written_files(podd: Podd, run: Path, tmp_path: Path) -> None:
    outcome = podd("export", run, "--to", tmp_path / "out", "--json")
    files = [Path(file) for file in outcome.json["files"]]
    assert outcome.code == 0
    assert all(file.is_file() for file in files)
    assert sorted(files) == sorted(path for path in (tmp_path / "out").rglob("*") if path.is_file())
    suffixes = {file.suffix for file in files}
    assert suffixes >= {".png", ".csv", ".npz", ".pt", ".safetensors"}
    text = podd("export", run, "--to", tmp_path / "out")
    assert "(12 files)" in text.out


def test_export_of_selected_formats(podd: Podd, run: Path, tmp_path: Path) -> None:
    outcome = podd("export", run, "--to", tmp_path / "out", "--as", "poster,labels", "--json")
    assert {Path(file).suffix for file in outcome.json["files"]} == {".png", ".csv"}
    assert len(outcome.json["files"]) == 2


def test_export_at_a_scale(podd: Podd, run: Path, tmp_path: Path) -> None:
    for scale, name in ((1, "poster-seen.png"), (4, "poster-seen@4x.png"), (16, "poster-seen@16x.png")):
        outcome = podd("export", run, "--to", tmp_path / "out", "--as", "seen", "--scale", scale, "--json")
        (file,) = map(Path, outcome.json["files"])
        assert file.name == name
        with Image.open(file) as picture:
            assert picture.size == (32 * scale, 20 * scale)
    assert podd("export", run, "--to", tmp_path / "out", "--scale", 17).code == 2
    assert podd("export", run, "--to", tmp_path / "out", "--scale", "big").code == 2


def test_unknown_format_writes_no_files(podd: Podd, run: Path, tmp_path: Path) -> None:
    outcome = podd("export", run, "--to", tmp_path / "out", "--as", "poster,hologram")
    assert (outcome.code, outcome.out) == (1, "")
    assert "hologram" in outcome.message
    assert not (tmp_path / "out").exists()


def test_export_of_a_run_without_evaluation(podd: Podd, run: Path, tmp_path: Path) -> None:
    (run / "best.safetensors").unlink()
    outcome = podd("export", run, "--to", tmp_path / "out", "--as", "poster", "--json")
    assert (outcome.code, len(json.loads(outcome.out)["files"])) == (0, 1)
