"""Tests of the cache key of image files: two different sets of images never share an entry."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from data_samples import class_folders, picture

from podd_engine.config.sections import DatasetConfig
from podd_engine.data import registry
from podd_engine.data.file_fingerprint import MAX_CHECKED_FILES, fingerprint_files
from podd_engine.errors import DataError
from podd_engine.progress import Progress


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PODD_HOME", str(tmp_path / "home"))


def gray_folder(root: Path, value: int) -> Path:
    """Write bitmap images of equal size with equal times, as archives and container images do."""
    for name in "ab":
        for number in range(4):
            os.utime(picture(root / name / f"{number}.bmp", (value, value, value)), (1, 1))
    return root


def mean_pixel(folder: Path) -> float:
    config = DatasetConfig(name="folder", path=str(folder), image_size=8)
    return float(np.mean(registry.load_dataset(config).train_images))


def test_folders_with_equal_names_sizes_and_times_have_own_entries(tmp_path: Path) -> None:
    assert mean_pixel(gray_folder(tmp_path / "day", 200)) == 200
    assert mean_pixel(gray_folder(tmp_path / "night", 20)) == 20
    assert mean_pixel(tmp_path / "day") == 200


@pytest.mark.skipif(sys.platform == "win32", reason="links need special rights on Windows")
def test_link_to_another_folder_has_its_own_entry(tmp_path: Path) -> None:
    for name, value in (("day", 200), ("night", 20)):
        gray_folder(tmp_path / name, value)
        (tmp_path / "now").unlink(missing_ok=True)
        (tmp_path / "now").symlink_to(name)
        assert mean_pixel(tmp_path / "now") == value


def test_changed_content_with_restored_times_is_noticed(tmp_path: Path) -> None:
    folder = gray_folder(tmp_path / "set", 200)
    assert mean_pixel(folder) == 200
    gray_folder(folder, 0)
    assert mean_pixel(folder) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no time of the last change of an entry")
def test_change_in_the_middle_of_a_file_with_restored_times_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "large.bin"
    content = bytearray(10_000)

    def fingerprint() -> str:
        file.write_bytes(content)
        os.utime(file, (1, 1))
        return fingerprint_files(tmp_path, [("large.bin", 0)], ())

    first = fingerprint()
    content[5000] = 1
    assert fingerprint() != first


@pytest.mark.parametrize(
    "change",
    [
        lambda data: b"\1" + data[1:],
        lambda data: data[:-1] + b"\1",
        lambda data: data[:1023] + b"\1" + data[1024:],
    ],
)
def test_content_is_checked_if_all_times_are_equal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[bytes], bytes]
) -> None:
    file = tmp_path / "image.bin"
    file.write_bytes(bytes(3000))
    facts = os.stat(file)
    first = fingerprint_files(tmp_path, [("image.bin", 0)], ())
    file.write_bytes(change(bytes(3000)))
    monkeypatch.setattr(os, "stat", lambda *arguments, **options: facts)
    assert fingerprint_files(tmp_path, [("image.bin", 0)], ()) != first


def test_fingerprint_is_stable_and_ignores_inodes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = class_folders(tmp_path / "set", {"a": 3})
    files = [(f"a/00{number}.png", 0) for number in range(3)]
    first = fingerprint_files(folder, files, ("a",))
    assert fingerprint_files(folder, files, ("a",)) == first
    assert fingerprint_files(folder, files, ("b",)) != first
    assert fingerprint_files(folder, files[:2], ("a",)) != first
    stat = os.stat

    def other_inode(path: str, **options: object) -> os.stat_result:
        found = stat(path)
        values = {name: getattr(found, name) for name in ("st_mtime_ns", "st_ctime_ns")}
        return os.stat_result((found.st_mode, 7, 8, *found[3:]), values)

    monkeypatch.setattr(os, "stat", other_inode)
    assert fingerprint_files(folder, files, ("a",)) == first


def test_few_files_of_a_large_dataset_are_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count = 2 * MAX_CHECKED_FILES + 1
    for number in range(count):
        (tmp_path / str(number)).touch()
    opened: list[str] = []
    monkeypatch.setattr(
        "podd_engine.data.file_fingerprint._checksum", lambda path, size: opened.append(path) or 0
    )
    fingerprint_files(tmp_path, [(str(number), 0) for number in range(count)], ())
    assert MAX_CHECKED_FILES / 2 < len(opened) <= MAX_CHECKED_FILES


def test_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"a\.png: file is missing"):
        fingerprint_files(tmp_path, [("a.png", 0)], ())


@pytest.mark.parametrize("damage", ["delete", "truncate", "replace"])
@pytest.mark.parametrize("name", ["train_images", "test_labels", "notices"])
def test_damaged_cache_entry_is_read_again_from_the_images(tmp_path: Path, damage: str, name: str) -> None:
    folder = class_folders(tmp_path / "set", {"a": 4, "b": 4})
    config = DatasetConfig(name="folder", path=str(folder), image_size=8)
    first = registry.load_dataset(config)
    images = first.train_images.copy()  # the original is mapped from the file that the test damages
    (file,) = (tmp_path / "home" / "cache").rglob(f"{name}.npy")
    if damage == "delete":
        file.unlink()
    elif damage == "truncate":
        file.write_bytes(file.read_bytes()[:-3])
    else:
        np.save(file, np.zeros(3, dtype=np.float32))
    seen: list[Progress] = []
    second = registry.load_dataset(config, report=seen.append)
    assert seen
    assert np.array_equal(images, second.train_images)
    assert first.notices == second.notices
