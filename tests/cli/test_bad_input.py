"""Invalid input: one error message, exit code 1 and no incomplete run directory."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from podd_command import PROGRAM, Outcome, Podd

from podd_engine.runs import RunDirectory

CLASSES = ("ash", "beech", "cedar", "elm")


def image_folder(root: Path, images: int = 4) -> Path:
    """Create a folder with random PNGs of four classes in train/ and test/."""
    random = np.random.default_rng(0)
    for part in ("train", "test"):
        for name in CLASSES:
            (root / part / name).mkdir(parents=True)
            for number in range(images):
                pixels = random.integers(0, 256, (16, 16, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(root / part / name / f"{number}.png")
    return root


@pytest.fixture
def folder_config(tmp_path: Path, tiny: Path) -> Path:
    """Config file of a tiny run on a folder of images."""
    text = tiny.read_text()
    for key, value in {
        "path": f'"{image_folder(tmp_path / "trees").as_posix()}"',
        "image_size": 16,
        "width": 40,
        "height": 40,
        "class_columns": 2,
        "class_rows": 2,
    }.items():
        text = re.sub(rf"^{key} = .*$", f"{key} = {value}", text, count=1, flags=re.MULTILINE)
    path = tmp_path / "trees.toml"
    path.write_text(text.replace('name = "digits"', 'name = "folder"'))
    return path


def assert_refused(outcome: Outcome, *named: str) -> None:
    """Assert that the command failed with one message that contains ``named``, and created no run."""
    assert (outcome.code, outcome.out) == (1, "")
    for text in named:
        assert text in outcome.message
    assert not Path("runs").exists()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        (["outer.stepz=3"], ["outer.stepz", "no such setting"]),
        (["nothing=3"], ["nothing", "no such setting"]),
        (["outer.steps=many"], ["outer.steps", "many"]),
        (["outer.steps=0"], ["outer.steps", "(got 0)"]),
        (["outer.learning_rate=-1"], ["outer.learning_rate", "-1"]),
        (["labels.kind=soft"], ["labels.kind", "fixed", "soft"]),
        (["augmentation.real=['blur']"], ["augmentation.real", "blur"]),
        (["steps"], ["section.key=value"]),
        (["dataset.name=mnist"], ["dataset.name", "mnist", "digits"]),
        (["poster.class_columns=3"], ["poster.class_columns x poster.class_rows", "3 x 2", "10 classes"]),
        (["poster.width=6"], ["poster.width", "8 px", "6 px"]),
        (["truncation.window=6"], ["truncation.window", "truncation.total"]),
        (["inner.patch_batch=13"], ["inner.patch_batch", "13", "12 patches"]),
        (["evaluation.steps=[5,3]"], ["evaluation.steps", "increasing"]),
        (["network.name=transformer"], ["network.name", "transformer", "convnet"]),
        (["network.depth=4"], ["network.depth", "4"]),
        (["order.source=file"], ["order.file"]),
        (["order.source=file", "order.file=none.csv"], ["none.csv"]),
        (["dataset.path=/nowhere/at/all"], ["/nowhere/at/all"]),
    ],
)
def test_invalid_settings(podd: Podd, tiny: Path, changes: list[str], named: list[str]) -> None:
    words = [word for change in changes for word in ("--set", change)]
    assert_refused(podd("distill", tiny, *words, "--json"), *named)


@pytest.mark.parametrize("name", ["", " "])
def test_empty_argument_is_not_the_current_folder(
    podd: Podd, folder_config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path / "trees")
    assert_refused(podd("distill", name), "the configuration is empty", "give the name of a preset")


def test_unknown_preset(podd: Podd) -> None:
    assert_refused(podd("distill", "digit"), "digit", "did you mean digits?")


def test_missing_config_file(podd: Podd) -> None:
    assert_refused(podd("distill", "mine.toml"), "mine.toml", "no such file")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("outer = {steps = ", ["not valid TOML"]),
        ("[outer]\nstepz = 3", ["outer.stepz"]),
        ("[outer]\nsteps = 'x'", ["outer.steps", "'x'"]),
        ("[[outer]]\nsteps = 3", ["outer"]),
    ],
)
def test_invalid_config_file(podd: Podd, tmp_path: Path, text: str, named: list[str]) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(text)
    assert_refused(podd("distill", file), str(file), *named)


def test_unavailable_device(podd: Podd, tiny: Path) -> None:
    missing = "mps" if sys.platform != "darwin" else "cuda"
    assert_refused(podd("distill", tiny, "--device", missing), "compute.device", missing, "cpu")


def test_missing_dataset(podd: Podd) -> None:
    assert_refused(podd("distill", "cifar10-laptop"), "CIFAR-10", "podd datasets get cifar10")


def test_incomplete_dataset(podd: Podd, home: Path) -> None:
    batches = home / "data" / "cifar10" / "cifar-10-batches-bin"
    batches.mkdir(parents=True)
    for name in (*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin"):
        (batches / name).write_bytes(b"\0" * 30_730_000 if name == "data_batch_1.bin" else b"\0" * 500)
    assert_refused(podd("distill", "cifar10-laptop"), "data_batch_2.bin")


def test_empty_dataset_folder(podd: Podd, folder_config: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    outcome = podd("distill", folder_config, "--set", f"dataset.path={tmp_path / 'empty'}")
    assert_refused(outcome, str(tmp_path / "empty"))


def test_truncated_image(podd: Podd, folder_config: Path, tmp_path: Path) -> None:
    image = tmp_path / "trees" / "train" / "cedar" / "2.png"
    image.write_bytes(image.read_bytes()[:200])
    assert_refused(podd("distill", folder_config), str(image))


def test_class_without_training_images(podd: Podd, folder_config: Path, tmp_path: Path) -> None:
    for image in (tmp_path / "trees" / "train" / "elm").iterdir():
        image.unlink()
    assert_refused(podd("distill", folder_config), "elm")


def test_number_of_classes_differs_from_class_grid(podd: Podd, folder_config: Path) -> None:
    outcome = podd("distill", folder_config, "--set", "poster.class_columns=3")
    assert_refused(outcome, "poster.class_columns", "4 classes")


def test_valid_image_folder_is_distilled(podd: Podd, folder_config: Path) -> None:
    assert podd("distill", folder_config, "--steps", "1", "--json").json["terminal"] == "finished"


def test_nonempty_run_folder(podd: Podd, tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.tex").write_text("years of work")
    assert_refused(podd("distill", tiny, "--out", tmp_path / "full"), str(tmp_path / "full"), "not empty")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["thesis.tex"]


@pytest.mark.parametrize("place", ["thesis.tex", "thesis.tex/run"])
def test_run_folder_at_the_place_of_a_file(
    podd: Podd, folder_config: Path, tmp_path: Path, place: str
) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    outcome = podd("distill", folder_config, "--out", tmp_path / place)
    assert_refused(outcome, str(tmp_path / place), "is a file, not a folder", "choose another folder")
    assert "reading" not in outcome.err  # the refusal comes before the preparation
    assert (tmp_path / "thesis.tex").read_text() == "years of work"


@pytest.mark.parametrize("command", ["resume", "evaluate", "export"])
def test_path_that_is_not_a_run(podd: Podd, tmp_path: Path, command: str) -> None:
    to = ("--to", tmp_path / "to") if command == "export" else ()
    assert_refused(podd(command, tmp_path / "nothing", *to), str(tmp_path / "nothing"), "check the path")
    (tmp_path / "folder").mkdir()
    assert_refused(podd(command, tmp_path / "folder", *to), str(tmp_path / "folder"), "not a run")
    assert not (tmp_path / "to").exists()


def test_run_locked_by_another_process(podd: Podd, tiny: Path) -> None:
    podd("distill", tiny, "--out", "busy")
    before = Path("busy/events.jsonl").read_bytes()
    with RunDirectory(Path("busy")).lock():
        outcome = podd("resume", "busy", "--steps", "12")
    assert outcome.code == 1
    assert "another process is writing this run" in outcome.message
    assert Path("busy/events.jsonl").read_bytes() == before


def test_loss_that_is_not_finite_stops_at_the_last_valid_state(podd: Podd, tiny: Path) -> None:
    words = (
        "--set",
        "inner.optimizer=sgd",
        "--set",
        "inner.learning_rate=1e30",
        "--out",
        "diverged",
        "--json",
    )
    outcome = podd("distill", tiny, *words)
    assert outcome.code == 1
    assert "not finite at outer step 1" in outcome.message
    assert (outcome.json["terminal"], outcome.json["steps"]) == ("failed", 0)
    assert podd("export", "diverged", "--to", "out", "--as", "poster").code == 0


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the size of files cannot be limited")
@pytest.mark.parametrize(
    ("limit", "resumable"), [(100, False), (3_000, False), (14_000, True)], ids=["config", "state", "poster"]
)
def test_full_disk(tiny: Path, podd: Podd, limit: int, resumable: bool) -> None:
    """A file size limit simulates the full disk: larger writes fail."""
    podd("distill", tiny, "--steps", "1", "--out", "filling-the-cache")
    program = "import resource, sys; from podd_engine.cli import main\n"
    program += f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); main()"
    command = [sys.executable, "-c", program, "distill", str(tiny), "--out", "full"]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    assert outcome.returncode == 1
    (message,) = [line for line in outcome.stderr.splitlines() if line.startswith("podd: ")]
    assert "full" in message
    assert "cannot be written" in message
    assert Path("full").exists() == resumable
    if resumable:
        assert podd("resume", "full").code == 0


def test_subprocess_reports_errors_in_the_same_way() -> None:
    outcome = subprocess.run([*PROGRAM, "distill", "digit"], capture_output=True, text=True, check=False)
    assert_refused(Outcome(outcome.returncode, outcome.stdout, outcome.stderr), "digit")


def test_damaged_bundle(podd: Podd, tiny: Path, tmp_path: Path) -> None:
    podd("distill", tiny, "--steps", "1", "--out", "run")
    bundle = tmp_path / "damaged.safetensors"
    bundle.write_bytes(Path("run/best.safetensors").read_bytes()[:-100])
    outcome = podd("evaluate", bundle)
    assert outcome.code == 1
    assert str(bundle) in outcome.message
    torch.save({"poster": torch.zeros(3)}, tmp_path / "other.pt")
    assert str(tmp_path / "other.pt") in podd("export", tmp_path / "other.pt", "--to", "x").message
    assert not Path("x").exists()
