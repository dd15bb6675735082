"""``podd datasets``."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from podd_command import Podd

KEYS = {"name", "available", "path", "classes", "train_images", "test_images", "image_size"}


@pytest.fixture
def trees(tmp_path: Path) -> Path:
    """Folder with two classes of five images each."""
    random = np.random.default_rng(0)
    for name in ("ash", "elm"):
        (tmp_path / "trees" / name).mkdir(parents=True)
        for number in range(5):
            pixels = random.integers(0, 256, (12, 12, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "trees" / name / f"{number}.png")
    return tmp_path / "trees"


def test_list_reports_available_datasets(podd: Podd) -> None:
    listed = {entry["name"]: entry for entry in podd("datasets", "list", "--json").json["datasets"]}
    assert set(listed) == {"digits", "cifar10", "cifar100", "cub200", "tiny-imagenet"}
    assert all(entry.keys() >= KEYS for entry in listed.values())
    assert listed["digits"]["available"]
    assert (listed["digits"]["classes"], listed["digits"]["image_size"]) == (10, 8)
    assert not listed["cifar10"]["available"]
    text = podd("datasets", "list").out
    assert "built in" in text
    assert "not installed" in text


def test_added_folder_is_listed_and_checked(podd: Podd, trees: Path) -> None:
    added = podd("datasets", "add", trees, "--name", "trees", "--json").json["datasets"]
    assert [(entry["name"], entry["classes"], entry["train_images"]) for entry in added] == [("trees", 2, 8)]
    assert podd("datasets", "list", "--json").json["datasets"][-1]["path"] == str(trees)
    checked = podd("datasets", "check", "trees")
    assert checked.code == 0
    assert checked.err.splitlines() == [
        "note: trees: the test set has only 2 images, so a test accuracy near 50% is uncertain by "
        "±50 percentage points",
        "note: trees: 2 classes have fewer than 5 training images (ash, elm)",
    ]


def test_check_reports_the_damaged_file(podd: Podd, trees: Path) -> None:
    podd("datasets", "add", trees, "--name", "trees")
    broken = trees / "elm" / "3.png"
    broken.write_bytes(broken.read_bytes()[:150])
    outcome = podd("datasets", "check", "trees", "--json")
    assert outcome.code == 1
    assert not outcome.json["datasets"][0]["available"]
    assert str(broken) in outcome.message


def test_folder_without_images_is_not_added(podd: Podd, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    outcome = podd("datasets", "add", tmp_path / "empty")
    assert outcome.code == 1
    assert str(tmp_path / "empty") in outcome.message
    assert len(podd("datasets", "list", "--json").json["datasets"]) == 5


@pytest.mark.parametrize("words", [("get", "mnist"), ("check", "mnist")])
def test_unknown_dataset(podd: Podd, words: tuple[str, str]) -> None:
    outcome = podd("datasets", *words)
    assert outcome.code == 1
    assert "mnist" in outcome.message


def test_available_dataset_is_not_downloaded(podd: Podd) -> None:
    outcome = podd("datasets", "get", "digits", "--json")
    assert (outcome.code, outcome.json["datasets"][0]["available"]) == (0, True)
