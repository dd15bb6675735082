"""Tests of notices about datasets, and of names that collide with presets and known datasets."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from data_samples import class_folders, noise, picture

import podd_engine
from podd_engine.config.sections import DatasetConfig
from podd_engine.data import registry
from podd_engine.errors import DataError, RunError
from podd_engine.runs.directory import RunDirectory
from podd_engine.runs.run_detection import is_run_directory


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PODD_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def notices(folder: Path) -> str:
    dataset = registry.load_dataset(DatasetConfig(name="folder", path=str(folder), image_size=8))
    return "\n".join(dataset.notices)


@pytest.fixture
def split(tmp_path: Path) -> Path:
    """Folder with two classes of training and test images that all differ."""
    for start, part in ((0, "train"), (500, "test")):
        for number in range(6):
            for offset, name in enumerate("ab"):
                noise(tmp_path / "set" / part / name / f"{number}.png", start + 50 * offset + number)
    return tmp_path / "set"


def test_different_images_cause_no_notice_about_their_content(split: Path) -> None:
    assert "training set" not in notices(split)
    assert "two classes" not in notices(split)
    assert "single" not in notices(split)


def test_test_images_that_are_training_images_are_reported(split: Path) -> None:
    for number in range(3):
        shutil.copy(split / "train" / "a" / f"{number}.png", split / "test" / "a" / f"copy{number}.png")
    assert (
        "3 of 15 test images are also in the training set, so the test accuracy is too high (for example "
        "test/a/copy0.png = train/a/0.png, test/a/copy1.png = train/a/1.png)"
    ) in notices(split)


def test_equal_pixels_in_another_file_format_are_reported(split: Path) -> None:
    from PIL import Image

    with Image.open(split / "train" / "a" / "0.png") as image:
        image.save(split / "test" / "a" / "other.bmp")
    assert "1 of 13 test images is also in the training set" in notices(split)


def test_image_in_two_classes_is_reported(split: Path) -> None:
    shutil.copy(split / "train" / "a" / "0.png", split / "train" / "b" / "same.png")
    assert "1 image is in two classes (for example train/b/same.png = train/a/0.png)" in notices(split)


def test_images_of_a_single_color_are_reported(split: Path) -> None:
    for name in "ab":
        picture(split / "train" / name / "black.png", (0, 0, 0))
    found = notices(split)
    assert "2 images have a single color (for example train/a/black.png, train/b/black.png)" in found
    assert "two classes" not in found


def test_notices_are_kept_with_the_cache_entry(split: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(split / "train" / "a" / "0.png", split / "train" / "b" / "same.png")
    (split / "train" / "a" / "notes.txt").write_text("text")
    first = notices(split)
    monkeypatch.setattr(registry, "image_notices", None)
    assert notices(split) == first
    assert "1 .txt" in first


def test_check_reports_all_notices_and_status_those_about_files(split: Path) -> None:
    shutil.copy(split / "train" / "a" / "0.png", split / "train" / "b" / "same.png")
    assert not any("two classes" in notice for notice in registry.add_folder(split).notices)
    assert any("two classes" in notice for notice in registry.check_dataset("set").notices)


@pytest.mark.parametrize("name", ["digits", "Digits", "cifar10"])
def test_folder_with_the_name_of_a_known_dataset_does_not_replace_it(tmp_path: Path, name: str) -> None:
    folder = class_folders(tmp_path / "own" / name, {str(digit): 3 for digit in range(10)})
    before = registry.dataset_status(name.lower())
    status = registry.add_folder(folder)
    assert status.name == f"{name} (own)"
    assert f"use '--name {name.lower()}' to replace that dataset" in status.notices[0]
    assert registry.dataset_status(name.lower()) == before
    assert registry.dataset_status(status.name).train_images == 20


def test_explicit_name_replaces_a_known_dataset(tmp_path: Path) -> None:
    folder = class_folders(tmp_path / "own" / "digits", {str(digit): 3 for digit in range(10)})
    assert registry.add_folder(folder, "digits").train_images == 20
    assert registry.dataset_status("digits").path == str(folder)
    wrong = class_folders(tmp_path / "wrong", {"a": 3, "b": 3})
    with pytest.raises(DataError, match="has 2 class folders, but the dataset has 10 classes"):
        registry.add_folder(wrong, "digits")


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_preset_that_hides_a_folder_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.chdir(tmp_path)
    seen: list[str] = []
    podd_engine.load_config("digits", seen.append)
    assert seen == []
    if kind == "folder":
        class_folders(tmp_path / "digits", {"a": 5, "b": 5})
    else:
        (tmp_path / "digits").write_text("x")
    assert podd_engine.load_config("digits", seen.append).dataset.name == "digits"
    assert len(seen) == 1
    assert f"write .{os.sep}digits to use the file or folder" in seen[0]
    if kind == "folder":
        config = podd_engine.load_config(f".{os.sep}digits", seen.append)
        assert config.dataset.path == str(tmp_path / "digits")
        assert len(seen) == 1


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="the user can read every folder")
def test_unreadable_folder_does_not_hide_other_datasets(tmp_path: Path) -> None:
    for name in ("good", "bad"):
        registry.add_folder(class_folders(tmp_path / "parent" / name, {"a": 5}))
    (tmp_path / "parent" / "bad").chmod(0)
    try:
        statuses = {status.name: status for status in registry.list_datasets()}
    finally:
        (tmp_path / "parent" / "bad").chmod(0o755)
    assert statuses["good"].available
    assert "permission denied" in statuses["bad"].problem


@pytest.mark.parametrize("error", [PermissionError(13, "denied"), OSError(5, "Input/output error")])
def test_folder_on_a_failing_drive_does_not_hide_other_datasets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    for name in ("good", "bad"):
        registry.add_folder(class_folders(tmp_path / name, {"a": 5}))
    scandir = os.scandir

    def refuse(path: object) -> object:
        if "bad" in str(path):
            raise error
        return scandir(path)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "scandir", refuse)
    statuses = {status.name: status for status in registry.list_datasets()}
    assert statuses["good"].available
    assert not statuses["bad"].available
    assert "cannot be read (" in statuses["bad"].problem


def test_foreign_config_file_does_not_make_a_folder_a_run(tmp_path: Path) -> None:
    folder = class_folders(tmp_path / "lora", {"a": 5, "b": 5})
    (folder / "config.toml").write_text("[general]\nshuffle_caption = true\n[[datasets]]\nresolution = 512\n")
    assert not is_run_directory(folder)
    with pytest.raises(RunError, match=r"its config\.toml is from another program"):
        RunDirectory.open(folder)
    assert podd_engine.load_config(str(folder)).dataset.path == str(folder)


def test_run_directories_are_recognized(tmp_path: Path) -> None:
    run = RunDirectory.create(tmp_path / "run", podd_engine.load_config("digits"))
    assert is_run_directory(run.path)
    run.config_path.write_text("[torn")
    assert not is_run_directory(run.path)
    run.events_path.write_text("")
    assert is_run_directory(run.path)
    assert not is_run_directory(tmp_path)
