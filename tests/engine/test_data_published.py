"""Tests of published datasets, with small replicas of their folders, and of the digits of scikit-learn."""

import errno
import hashlib
import os
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from data_samples import class_folders, noise, picture, tree
from sklearn.datasets import load_digits

from podd_engine.data import cifar, cub200, tiny_imagenet
from podd_engine.data.digits import Digits
from podd_engine.data.sources import find_any_published, find_source
from podd_engine.data.train_test_split import held_out_mask
from podd_engine.errors import DataError
from podd_engine.progress import Progress, ignore_progress
from podd_engine.runs.load_config import load_config

# --- digits ---------------------------------------------------------------------------------------


def test_digits_have_a_fixed_stratified_split() -> None:
    decoded = Digits().read(8, ignore_progress)
    train, test = decoded.train, decoded.test
    assert train.images.shape == (1437, 8, 8, 1)
    assert test.images.shape == (360, 8, 8, 1)
    assert train.images.dtype == np.uint8
    shares = np.bincount(test.labels) / np.bincount(load_digits().target)
    assert np.abs(shares - 360 / 1797).max() < 0.005
    again = Digits().read(8, ignore_progress).test
    assert np.array_equal(test.images, again.images)


def test_digits_use_the_full_value_range_and_keep_every_image() -> None:
    decoded = Digits().read(8, ignore_progress)
    train, test = decoded.train, decoded.test
    images = np.concatenate([train.images, test.images])
    original = load_digits().images
    assert images.max() == 255
    assert np.abs(np.sort(images.sum((1, 2, 3))) - np.sort((original * 255 / 16).sum((1, 2)))).max() < 32
    assert set(np.unique(images)) == set((np.arange(17) * 255 / 16).round())


def test_digits_are_resized_on_request() -> None:
    assert Digits().read(16, ignore_progress).train.images.shape == (1437, 16, 16, 1)


@pytest.mark.parametrize("counts", [[10, 10], [1, 1, 1], [3, 50, 2, 1], [7] * 30])
@pytest.mark.parametrize("share", [0.01, 0.2, 0.5, 0.99])
def test_split_gives_every_class_training_and_test_images(counts: list[int], share: float) -> None:
    labels = np.repeat(np.arange(len(counts)), counts)
    mask = held_out_mask(labels, share)
    train_counts = np.bincount(labels[~mask], minlength=len(counts))
    test_counts = np.bincount(labels[mask], minlength=len(counts))
    assert (train_counts >= 1).all()
    assert all(number >= 1 for number, count in zip(test_counts, counts, strict=True) if count >= 2)


# --- CIFAR ----------------------------------------------------------------------------------------


def cifar_records(count: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(count)
    rows = random.integers(0, 256, (count, 3072), dtype=np.uint8)
    return rows, random.integers(0, classes, count)


def small_edition(edition: cifar.CifarEdition) -> cifar.CifarEdition:
    return replace(edition, binary_files=dict.fromkeys(edition.binary_files, 7))


def write_binary(root: Path, edition: cifar.CifarEdition) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    folder = root / edition.binary_folder
    folder.mkdir()
    written = {}
    for name, count in edition.binary_files.items():
        rows, labels = cifar_records(count, len(edition.class_names))
        label_columns = [np.full(count, 99)] * (edition.label_bytes - 1) + [labels]
        records = np.column_stack([*label_columns, rows]).astype(np.uint8)
        (folder / name).write_bytes(records.tobytes())
        written[name] = (rows, labels)
    return written


@pytest.mark.parametrize("edition", [cifar.CIFAR10, cifar.CIFAR100])
def test_cifar_binary_version_is_read(tmp_path: Path, edition: cifar.CifarEdition) -> None:
    edition = small_edition(edition)
    written = list(write_binary(tmp_path, edition).values())
    for place in (tmp_path, tmp_path / edition.binary_folder):
        source = cifar.find(place, edition)
        assert source is not None
        decoded = source.read(32, ignore_progress)
        train, test = decoded.train, decoded.test
        assert train.labels.tolist() == [label for _, labels in written[:-1] for label in labels]
        assert test.labels.tolist() == written[-1][1].tolist()
        assert np.array_equal(test.images, written[-1][0].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1))
        assert (source.train_count, source.test_count) == (len(train.labels), len(test.labels))


def python2_pickle(rows: np.ndarray, labels: np.ndarray, label_key: str, fortran: bool) -> bytes:
    """Return a Python 2 pickle: ``{'batch_label': …, label_key: […], 'data': array, 'filenames': […]}``."""

    def short(text: str) -> bytes:
        return b"U" + bytes([len(text)]) + text.encode() + b"q\x01"

    def listed(items: list[bytes]) -> bytes:
        groups = [items[start : start + 1000] for start in range(0, len(items), 1000)]
        return b"]q\x01" + b"".join(b"(" + b"".join(group) + b"e" for group in groups)

    def array(values: np.ndarray) -> bytes:
        raw = values.tobytes(order="F" if fortran else "C")
        rebuild = (
            b"cnumpy.core.multiarray\n_reconstruct\nq\x01cnumpy\nndarray\nq\x01K\x00\x85U\x01b\x87Rq\x01"
        )
        shape = b"(K\x01M" + struct.pack("<H", values.shape[0]) + b"M" + struct.pack("<H", values.shape[1])
        kind = b"\x86cnumpy\ndtype\nq\x01U\x02u1K\x00K\x01\x87Rq\x01(K\x03U\x01|NNNJ\xff\xff\xff\xffK\x00tb"
        order = b"\x88" if fortran else b"\x89"
        return rebuild + shape + kind + order + b"T" + struct.pack("<i", len(raw)) + raw + b"tb"

    return (
        b"\x80\x02}q\x01("
        + short("batch_label") + short("training batch 1 of 5")
        + short(label_key) + listed([b"K" + bytes([label]) for label in labels])
        + short("data") + array(rows)
        + short("filenames") + listed([short(f"{n}.png") for n in range(len(labels))])
        + b"u."
    )  # fmt: skip


@pytest.mark.parametrize("fortran", [False, True])
@pytest.mark.parametrize("edition", [cifar.CIFAR10, cifar.CIFAR100])
def test_cifar_python_version_is_read_without_unpickling(
    tmp_path: Path, edition: cifar.CifarEdition, fortran: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for function in ("load", "loads", "Unpickler"):
        monkeypatch.delattr(f"pickle.{function}")
    folder = tmp_path / edition.python_folder
    folder.mkdir()
    sums = {}
    for position, name in enumerate(edition.python_files):
        rows, labels = cifar_records(1200 if position == 0 else 3, len(edition.class_names))
        data = python2_pickle(rows, labels, edition.label_key, fortran)
        (folder / name).write_bytes(data)
        sums[name] = hashlib.md5(data).hexdigest()
        if position == 0:
            first = rows, labels
    source = cifar.find(tmp_path, replace(edition, python_files=sums))
    assert source is not None
    train = source.read(32, ignore_progress).train
    assert train.labels[:1200].tolist() == first[1].tolist()
    assert np.array_equal(train.images[:1200], first[0].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1))


def test_cifar_python_file_with_a_wrong_checksum_is_rejected(tmp_path: Path) -> None:
    folder = tmp_path / cifar.CIFAR10.python_folder
    folder.mkdir()
    for name in cifar.CIFAR10.python_files:
        (folder / name).write_bytes(b"cos\nsystem\n(S'echo hello'\ntR.")
    source = cifar.find(tmp_path, cifar.CIFAR10)
    assert source is not None
    with pytest.raises(DataError, match="data_batch_1: file is damaged or incomplete"):
        source.read(32, ignore_progress)


def test_damaged_and_missing_cifar_files_are_reported(tmp_path: Path) -> None:
    edition = small_edition(cifar.CIFAR10)
    write_binary(tmp_path, edition)
    folder = tmp_path / edition.binary_folder
    source = cifar.find(tmp_path, edition)
    assert source is not None
    (folder / "data_batch_3.bin").write_bytes(b"half")
    with pytest.raises(DataError, match=r"data_batch_3\.bin: file is damaged or incomplete"):
        source.read(32, ignore_progress)
    (folder / "test_batch.bin").unlink()
    with pytest.raises(DataError, match=r"test_batch\.bin: file is missing"):
        cifar.find(tmp_path, edition)


def test_cifar_labels_out_of_range_are_rejected(tmp_path: Path) -> None:
    edition = small_edition(cifar.CIFAR10)
    write_binary(tmp_path, edition)
    path = tmp_path / edition.binary_folder / "data_batch_1.bin"
    path.write_bytes(b"\x0a" + path.read_bytes()[1:])
    source = cifar.find(tmp_path, edition)
    assert source is not None
    with pytest.raises(DataError, match="damaged"):
        source.read(32, ignore_progress)


def test_cifar_images_are_resized(tmp_path: Path) -> None:
    edition = small_edition(cifar.CIFAR10)
    write_binary(tmp_path, edition)
    source = cifar.find(tmp_path, edition)
    assert source is not None
    seen: list[Progress] = []
    decoded = source.read(16, seen.append)
    train, test = decoded.train, decoded.test
    assert train.images.shape[1:] == test.images.shape[1:] == (16, 16, 3)
    assert seen[-1].done == seen[-1].total


def test_cifar_class_names_are_unique_and_in_order() -> None:
    assert len(set(cifar.CIFAR100.class_names)) == 100
    assert list(cifar.CIFAR100.class_names) == sorted(cifar.CIFAR100.class_names)
    assert cifar.CIFAR10.class_names[8] == "ship"


# --- CUB-200-2011 ---------------------------------------------------------------------------------

BIRDS = ("001.Black_footed_Albatross", "002.Laysan_Albatross", "010.Red_winged_Blackbird")


def make_cub(root: Path) -> Path:
    folder = root / "CUB_200_2011"
    images, labels, split = [], [], []
    number = 0
    for index, bird in enumerate(BIRDS, start=1):
        for picture_number in range(4):
            number += 1
            noise(folder / "images" / bird / f"{picture_number}.jpg", number, 40)
            images.append(f"{number} {bird}/{picture_number}.jpg")
            labels.append(f"{number} {index}")
            split.append(f"{number} {int(picture_number < 3)}")
    classes = [f"{index} {bird}" for index, bird in enumerate(BIRDS, start=1)]
    for name, lines in (
        ("classes", classes),
        ("images", images),
        ("image_class_labels", labels),
        ("train_test_split", split),
    ):
        (folder / f"{name}.txt").write_text("\n".join(lines) + "\n")
    return folder


def test_cub_images_and_split_follow_the_text_files(tmp_path: Path) -> None:
    folder = make_cub(tmp_path)
    picture(folder / "images" / BIRDS[0] / "not_listed.jpg", 0)
    before = tree(tmp_path)
    for place in (tmp_path, folder):
        source = cub200.find(place)
        assert source is not None
        assert source.class_names == ("Black_footed_Albatross", "Laysan_Albatross", "Red_winged_Blackbird")
        assert (source.train_count, source.test_count) == (9, 3)
        decoded = source.read(16, ignore_progress)
        train, test = decoded.train, decoded.test
        assert train.images.shape == (9, 16, 16, 3)
        assert test.labels.tolist() == [0, 1, 2]
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: (folder / "train_test_split.txt").unlink(), "train_test_split.txt: file is missing"),
        (lambda folder: (folder / "classes.txt").write_text(""), "classes.txt: file is empty"),
        (lambda folder: (folder / "train_test_split.txt").write_text("1 1\n2"), "row 2 has fewer than 2"),
        (
            lambda folder: (folder / "train_test_split.txt").write_text("1 1\n2 0\n"),
            "image 3 has no class or",
        ),
        (lambda folder: (folder / "image_class_labels.txt").write_text("1 one\n"), "value is not an integer"),
        (
            lambda folder: (folder / "images.txt").write_bytes(b"1 \xff\xfe\n"),
            "images.txt: file is not UTF-8 text; download or copy the dataset again",
        ),
        (lambda folder: os.remove(folder / "images" / BIRDS[1] / "2.jpg"), "2.jpg: file is missing"),
    ],
)
def test_incomplete_cub_is_reported(tmp_path: Path, damage: object, message: str) -> None:
    damage(make_cub(tmp_path))  # type: ignore[operator]
    with pytest.raises(DataError) as caught:
        cub200.find(tmp_path)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("number", "remedy"), [(errno.EACCES, "change its permissions"), (errno.EIO, "check the drive")]
)
def test_refused_file_of_cub_is_reported_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, remedy: str
) -> None:
    make_cub(tmp_path)

    def refuse(path: Path, *_: object, **__: object) -> str:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(DataError, match=rf"\.txt: cannot be read \(.*\); {remedy}"):
        cub200.find(tmp_path)


# --- Tiny ImageNet --------------------------------------------------------------------------------

WORDS = {"n02124075": "Egyptian cat", "n01443537": "goldfish, Carassius auratus", "n04067472": "reel"}


def make_tiny(root: Path) -> Path:
    folder = root / "tiny-imagenet-200"
    for index, wnid in enumerate(WORDS):
        for number in range(3):
            noise(folder / "train" / wnid / "images" / f"{wnid}_{number}.JPEG", 10 * index + number, 64)
        boxes = "".join(f"{wnid}_{number}.JPEG\t0\t0\t9\t9\n" for number in range(3))
        (folder / "train" / wnid / f"{wnid}_boxes.txt").write_text(boxes)
    annotations = []
    for number, wnid in enumerate(["n04067472", "n02124075", "n01443537", "n01443537"]):
        noise(folder / "val" / "images" / f"val_{number}.JPEG", 90 + number, 64)
        annotations.append(f"val_{number}.JPEG\t{wnid}\t0\t32\t44\t62\n")
    (folder / "val" / "val_annotations.txt").write_text("".join(annotations))
    (folder / "wnids.txt").write_text("\n".join(WORDS))
    every = {**WORDS, "n00000001": "not in this set"}
    (folder / "words.txt").write_text("".join(f"{wnid}\t{words}\n" for wnid, words in every.items()))
    picture(folder / "test" / "images" / "test_0.JPEG", (1, 2, 3), (64, 64))
    return folder


def test_tiny_imagenet_is_read_in_place(tmp_path: Path) -> None:
    folder = make_tiny(tmp_path)
    before = tree(tmp_path)
    for place in (tmp_path, folder):
        source = tiny_imagenet.find(place)
        assert source is not None
        assert source.class_names == ("goldfish", "Egyptian_cat", "reel")
        assert (source.train_count, source.test_count, source.image_size) == (9, 4, 64)
        decoded = source.read(32, ignore_progress)
        train, test = decoded.train, decoded.test
        assert train.labels.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
        assert test.labels.tolist() == [2, 1, 0, 0]
        assert train.images.shape == (9, 32, 32, 3)
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (
            lambda folder: (folder / "val" / "val_annotations.txt").unlink(),
            "annotations.txt: file is missing",
        ),
        (lambda folder: (folder / "words.txt").unlink(), "words.txt: file is missing"),
        (lambda folder: os.remove(folder / "val" / "images" / "val_2.JPEG"), "val_2.JPEG: file is missing"),
        (lambda folder: (folder / "train" / "n04067472").rename(folder / "gone"), "folder is missing"),
        (
            lambda folder: os.remove(folder / "train" / "n04067472" / "images" / "n04067472_1.JPEG"),
            "n04067472: has 2 of 3 images",
        ),
        (
            lambda folder: (folder / "val" / "val_annotations.txt").write_text("a.JPEG\tn9\n"),
            "class n9 is not in wnids.txt",
        ),
    ],
)
def test_incomplete_tiny_imagenet_is_reported(tmp_path: Path, damage: object, message: str) -> None:
    damage(make_tiny(tmp_path))  # type: ignore[operator]
    with pytest.raises(DataError) as caught:
        tiny_imagenet.find(tmp_path)
    assert message in str(caught.value)


def test_other_folders_contain_no_dataset(tmp_path: Path) -> None:
    assert cub200.find(tmp_path) is None
    assert tiny_imagenet.find(tmp_path / "nowhere") is None
    assert cifar.find(tmp_path, cifar.CIFAR10) is None


# --- folders that the user chooses ----------------------------------------------------------------


@pytest.mark.parametrize("place", ["tiny-imagenet-200", ".", "archive", "renamed", "archive/deeper"])
def test_published_folder_is_recognized_wherever_the_user_points(tmp_path: Path, place: str) -> None:
    chosen = tmp_path / "chosen"
    chosen.mkdir()
    make_tiny(chosen)
    if place.startswith("archive"):
        inner = chosen / place
        inner.mkdir(parents=True)
        (chosen / "tiny-imagenet-200").rename(inner / "tiny-imagenet-200")
        place = str(Path(place).parent)
    elif place == "renamed":
        (chosen / "tiny-imagenet-200").rename(chosen / "renamed")
    found = find_any_published(chosen / place)
    assert found is not None
    assert found[0] == "tiny-imagenet"
    source = find_source("folder", chosen / place, 0.2)
    assert source.class_names == ("goldfish", "Egyptian_cat", "reel")


def test_renamed_cifar_folder_is_recognized(tmp_path: Path) -> None:
    edition = small_edition(cifar.CIFAR10)
    write_binary(tmp_path, edition)
    (tmp_path / edition.binary_folder).rename(tmp_path / "my cifar")
    assert cifar.find(tmp_path / "my cifar", edition) is not None
    (tmp_path / "my cifar" / "test_batch.bin").write_bytes(b"short")
    assert cifar.find(tmp_path / "my cifar", edition) is None


@pytest.mark.parametrize("name", ["images.txt", "wnids.txt", "train", "train.bin"])
def test_file_with_the_name_of_a_published_file_is_ignored(tmp_path: Path, name: str) -> None:
    class_folders(tmp_path, {"a": 5, "b": 5})
    (tmp_path / name).write_text("a list of something else")
    assert find_any_published(tmp_path) is None
    assert find_source("folder", tmp_path, 0.2).class_names == ("a", "b")


def test_published_folder_gets_the_settings_of_its_dataset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = cifar.CIFAR10
    (tmp_path / edition.python_folder).mkdir()
    for name in edition.python_files:
        (tmp_path / edition.python_folder / name).write_bytes(b"")
    config = load_config(str(tmp_path / edition.python_folder))
    preset = load_config("cifar10-laptop")
    assert config.dataset.name == "cifar10"
    assert config.dataset.path == str(tmp_path / edition.python_folder)
    assert config.poster == preset.poster
    # A part of a published dataset is a folder of images like any other.
    config = load_config(str(make_tiny(tmp_path / "part")))
    assert (config.dataset.name, config.layout.class_grid) == ("folder", (3, 1))
