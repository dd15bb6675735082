"""Tests of the dataset registry: status, added folders, replacement folders and the image cache."""

import errno
import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from data_samples import class_folders, noise, tree, truncate

from podd_engine.config.dataset_catalogue import CATALOGUE
from podd_engine.config.sections import DatasetConfig
from podd_engine.data import cifar, registry
from podd_engine.data.cifar_names import CIFAR10_NAMES
from podd_engine.data.image_files import decode
from podd_engine.data.image_folder import scan_folder
from podd_engine.data.train_test_split import held_out_mask
from podd_engine.errors import CancelledError, DataError
from podd_engine.progress import Progress, ignore_progress

SHARED_CIFAR = Path(__file__).resolve().parents[3] / "shared" / "data" / "cifar10"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PODD_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def cifar_folder(tmp_path: Path) -> Path:
    """Folder with three images of each CIFAR-10 class, with unordered class folders."""
    names = reversed(CIFAR10_NAMES)
    return class_folders(tmp_path / "things", dict.fromkeys(names, 3))


def test_initial_status_has_digits_and_explains_the_download_of_other_datasets() -> None:
    statuses = {status.name: status for status in registry.list_datasets()}
    assert list(statuses) == list(CATALOGUE)
    digits = statuses.pop("digits")
    assert digits == registry.DatasetStatus("digits", "Digits", True, "", 10, 1437, 360, 8, "")
    for name, status in statuses.items():
        facts = CATALOGUE[name]
        assert not status.available
        assert (status.classes, status.train_images) == (facts.classes, facts.train_images)
        assert f"podd datasets get {name}" in status.problem
        with pytest.raises(DataError, match=f"podd datasets get {name}"):
            registry.load_dataset(DatasetConfig(name=name))


def test_added_folder_is_listed(tmp_path: Path, home: Path) -> None:
    folder = class_folders(tmp_path / "flowers", {"rose": 5, "tulip": 5})
    before = tree(folder)
    status = registry.add_folder(folder)
    assert asdict(status) == {
        "name": "flowers",
        "title": "flowers",
        "available": True,
        "path": str(folder),
        "classes": 2,
        "train_images": 8,
        "test_images": 2,
        "image_size": 12,
        "problem": "",
        "notices": (
            "the test set has only 2 images, so a test accuracy near 50% is uncertain by ±50 percentage "
            "points",
            "2 classes have fewer than 5 training images (rose, tulip)",
        ),
    }
    assert registry.list_datasets()[-1] == status
    assert tree(folder) == before
    dataset = registry.load_dataset(DatasetConfig(name="folder", path=status.path, image_size=6))
    assert dataset.name == "flowers"
    assert dataset.class_names == ("rose", "tulip")
    assert dataset.train_images.shape == (8, 6, 6, 3)


def test_missing_added_folder_is_reported(tmp_path: Path) -> None:
    folder = class_folders(tmp_path / "flowers", {"rose": 5})
    registry.add_folder(folder, "mine")
    folder.rename(tmp_path / "elsewhere")
    status = registry.list_datasets()[-1]
    assert (status.name, status.available) == ("mine", False)
    assert f"{folder}: folder does not exist" in status.problem
    assert registry.add_folder(tmp_path / "elsewhere", "mine").available


def test_name_of_another_folder_is_rejected(tmp_path: Path) -> None:
    first = class_folders(tmp_path / "one" / "images", {"a": 5})
    second = class_folders(tmp_path / "two" / "images", {"a": 5})
    registry.add_folder(first)
    registry.add_folder(first)
    with pytest.raises(DataError, match=f"'images' is already in use for {first}"):
        registry.add_folder(second)
    with pytest.raises(DataError, match="choose another name"):
        registry.add_folder(second, "folder")
    registry.add_folder(second, "other images")
    assert [status.name for status in registry.list_datasets()][-2:] == ["images", "other images"]


def test_published_folder_gets_the_name_of_its_dataset(tmp_path: Path) -> None:
    edition = cifar.CIFAR10
    for name in edition.binary_files:
        path = tmp_path / "downloads" / edition.binary_folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    assert registry.add_folder(tmp_path / "downloads").name == "cifar10"
    path.unlink()
    with pytest.raises(DataError, match=r"test_batch\.bin: file is missing"):
        registry.add_folder(tmp_path / "downloads")


def test_unusable_folder_is_not_added(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="has no class folders"):
        registry.add_folder(tmp_path / "empty")
    assert len(registry.list_datasets()) == len(CATALOGUE)


def test_damaged_list_of_folders_is_reported(home: Path) -> None:
    (home / "data").mkdir(parents=True)
    (home / "data" / "folders.json").write_text("[torn")
    with pytest.raises(DataError, match="delete the file and add the folders again"):
        registry.list_datasets()


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (errno.EACCES, "cannot be read (permission denied); change its permissions"),
        (errno.EIO, "cannot be read (the drive reports an input/output error); check the drive"),
        (errno.EMFILE, "cannot be read (this program has too many open files); close other work"),
    ],
)
def test_refused_list_of_added_folders_is_kept(
    monkeypatch: pytest.MonkeyPatch, number: int, expected: str
) -> None:
    def refuse(path: Path, *_: object, **__: object) -> str:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(DataError) as caught:
        registry.list_datasets()
    assert f"folders.json: {expected}" in str(caught.value)
    assert "delete" not in str(caught.value)


@pytest.mark.parametrize("added", [False, True])
def test_folder_replaces_cifar10(cifar_folder: Path, added: bool) -> None:
    if added:
        assert registry.add_folder(cifar_folder, "cifar10").title == "CIFAR-10"
    config = DatasetConfig(name="cifar10", path="" if added else str(cifar_folder), image_size=12)
    dataset = registry.load_dataset(config)
    assert dataset.name == "cifar10"
    assert dataset.class_names == CIFAR10_NAMES
    assert np.bincount(dataset.train_labels).tolist() == [2] * 10
    airplane = dataset.train_images[dataset.train_labels == 0]
    decoded = scan_folder(cifar_folder, 0.3).read(12, ignore_progress)
    train, test = decoded.train, decoded.test
    images = np.concatenate([train.images, test.images])
    labels = np.concatenate([train.labels, test.labels])
    expected = images[labels == sorted(CIFAR10_NAMES).index("airplane")]
    assert all((image == expected).all((1, 2, 3)).any() for image in airplane)


def test_folder_replaces_digits(tmp_path: Path) -> None:
    folder = class_folders(tmp_path / "own", {str(digit): 4 for digit in range(10)})
    dataset = registry.load_dataset(DatasetConfig(path=str(folder)))
    assert dataset.class_names == tuple("0123456789")
    assert dataset.train_images.shape == (30, 8, 8, 3)
    assert np.bincount(dataset.test_labels).tolist() == [1] * 10


def test_replacement_folder_with_wrong_classes_is_rejected(tmp_path: Path) -> None:
    folder = class_folders(tmp_path / "things", dict.fromkeys("abcdefghij", 3))
    with pytest.raises(
        DataError, match=r"CIFAR-10 \(missing: 'airplane', 'automobile' and 8 more; additional"
    ):
        registry.load_dataset(DatasetConfig(name="cifar10", path=str(folder)))
    with pytest.raises(DataError, match="has 10 class folders, but the dataset has 200"):
        registry.load_dataset(DatasetConfig(name="cub200", path=str(folder)))


def test_second_load_uses_the_cache(cifar_folder: Path, tmp_path: Path) -> None:
    config = DatasetConfig(name="cifar10", path=str(cifar_folder), image_size=12)
    seen: list[Progress] = []
    first = registry.load_dataset(config, tmp_path / "cache", seen.append)
    assert seen[0] == Progress("reading images", 0, 30)
    assert seen[-1] == Progress("reading images", 30, 30)
    seen.clear()
    second = registry.load_dataset(config, tmp_path / "cache", seen.append)
    assert seen == []
    assert np.array_equal(first.train_images, second.train_images)
    assert second.train_images.dtype == np.uint8
    assert second.train_labels.dtype == np.int64
    noise(cifar_folder / "cat" / "000.png", 999, 13)
    registry.load_dataset(config, tmp_path / "cache", seen.append)
    assert seen != []


def test_cache_distinguishes_image_sizes_and_held_out_fractions(tmp_path: Path) -> None:
    folder = class_folders(tmp_path / "set", {"a": 10, "b": 10})
    config = DatasetConfig(name="folder", path=str(folder), image_size=6)
    assert registry.load_dataset(config).train_images.shape == (16, 6, 6, 3)
    larger = config.model_copy(update={"image_size": 9})
    assert registry.load_dataset(larger).train_images.shape == (16, 9, 9, 3)
    halves = config.model_copy(update={"held_out": 0.5})
    assert registry.load_dataset(halves).train_images.shape == (10, 6, 6, 3)


def test_truncated_image_is_reported_by_load_and_check(cifar_folder: Path, home: Path) -> None:
    registry.add_folder(cifar_folder, "cifar10")
    assert registry.check_dataset("cifar10").available
    path = truncate(cifar_folder / "frog" / "001.png")
    status = registry.check_dataset("cifar10")
    assert not status.available
    assert str(path) in status.problem
    assert status.train_images == 20
    with pytest.raises(DataError, match=r"frog/001\.png: file cannot be read as an image"):
        registry.load_dataset(DatasetConfig(name="cifar10", image_size=12))
    assert list((home / "cache").rglob("*.npy")) == []


def test_check_can_be_canceled(cifar_folder: Path) -> None:
    registry.add_folder(cifar_folder, "cifar10")

    def cancel(progress: Progress) -> None:
        raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        registry.check_dataset("cifar10", cancel)


def test_check_of_missing_and_built_in_datasets() -> None:
    assert not registry.check_dataset("cub200").available
    assert registry.check_dataset("digits").available


def test_check_of_an_unknown_name_is_reported() -> None:
    with pytest.raises(DataError, match="there is no dataset with this name"):
        registry.check_dataset("mnist")


def test_test_images_stay_the_same_when_class_folders_are_sorted_naturally(tmp_path: Path) -> None:
    folder = class_folders(tmp_path / "set", {str(number): 12 for number in range(12)})
    files = scan_folder(folder, 0.25)
    assert files.class_names == tuple(map(str, range(12)))
    # Versions that sorted the folders as text chose these images, with the class index as the seed.
    labels = np.repeat(np.arange(12), 12)
    paths = [f"{name}/{number:03d}.png" for name in sorted(files.class_names) for number in range(12)]
    held_out = held_out_mask(labels, 0.25)
    assert {file.path for file in files.test} == {paths[index] for index in np.flatnonzero(held_out)}


def test_home_folder_is_expanded(cifar_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(cifar_folder.parent))
    assert registry.dataset_status("cifar10", "~/things").available


def test_registry_loads_neither_torch_nor_scikit_learn() -> None:
    code = (
        "import sys; from podd_engine.data import registry; registry.list_datasets(); "
        "assert not {'torch', 'sklearn'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


@pytest.mark.slow
@pytest.mark.skipif(not SHARED_CIFAR.is_dir(), reason="the CIFAR-10 archives are not available")
def test_published_cifar10_is_read(tmp_path: Path) -> None:
    for archive in SHARED_CIFAR.glob("*.tar.xz"):
        with tarfile.open(archive) as files:
            files.extractall(tmp_path / "cifar10", filter="data")
    status = registry.add_folder(tmp_path / "cifar10", "cifar10")
    assert (status.classes, status.train_images, status.test_images, status.image_size) == (
        10,
        50_000,
        10_000,
        32,
    )
    dataset = registry.load_dataset(DatasetConfig(name="cifar10", image_size=32))
    assert dataset.train_images.shape == (50_000, 32, 32, 3)
    assert np.bincount(dataset.train_labels).tolist() == [5000] * 10
    assert np.bincount(dataset.test_labels).tolist() == [1000] * 10
    # The published channel means of the training set.
    means = dataset.train_images.mean((0, 1, 2)) / 255
    assert np.abs(means - (0.4914, 0.4822, 0.4465)).max() < 0.002


RENAMED = {"10": "10", "9": "9", "Crow": "CROW", "caf\u00e9": "cafe\u0301", "two words": "two-words"}
"""Class folders before and after a change that keeps the classes but can change their sorted order."""


def test_recorded_classes_keep_images_and_labels_when_folders_are_sorted_in_another_way(
    tmp_path: Path,
) -> None:
    before = class_folders(tmp_path / "before" / "birds", dict.fromkeys(RENAMED, 6))
    after = tmp_path / "after" / "birds"
    for old, new in RENAMED.items():
        shutil.copytree(before / old, after / new)
    recorded = ("two words", "10", "9", "caf\u00e9", "Crow")
    config = DatasetConfig(name="folder", path=str(before), classes=recorded)
    first = registry.load_dataset(config, tmp_path / "cache")
    second = registry.load_dataset(config.model_copy(update={"path": str(after)}), tmp_path / "cache")
    assert first.class_names == second.class_names == recorded
    for name in ("train_images", "train_labels", "test_images", "test_labels"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
    own = [np.asarray(decode(path, 8)) for path in sorted((before / "10").iterdir())]
    labeled = [*first.train_images[first.train_labels == 1], *first.test_images[first.test_labels == 1]]
    assert {image.tobytes() for image in labeled} == {image.tobytes() for image in own}


def test_labels_of_published_files_follow_the_recorded_classes() -> None:
    plain = registry.load_dataset(DatasetConfig())
    reordered = registry.load_dataset(DatasetConfig(classes=plain.class_names[::-1]))
    assert reordered.class_names == plain.class_names[::-1]
    np.testing.assert_array_equal(reordered.train_labels, 9 - plain.train_labels)
    np.testing.assert_array_equal(reordered.test_labels, 9 - plain.test_labels)
    np.testing.assert_array_equal(reordered.train_images, plain.train_images)


@pytest.mark.parametrize("folders", [{"b": 6, "c": 6}, {"a": 6}, {"a": 6, "b": 6, "c": 6}])
def test_other_classes_than_the_recorded_ones_are_rejected(tmp_path: Path, folders: dict[str, int]) -> None:
    config = DatasetConfig(name="folder", path=str(class_folders(tmp_path, folders)), classes=("a", "b"))
    for read in (registry.load_dataset, registry.class_names):
        with pytest.raises(DataError, match="classes differ from those of the poster"):
            read(config)
