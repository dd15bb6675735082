"""Tests of the layouts of image folders: splits, class folders with their names, wrappers, system files."""

import os
import sys
import unicodedata
from pathlib import Path

import pytest
from data_samples import class_folders, noise

from podd_engine.data.image_files import ImageFiles
from podd_engine.data.image_folder import scan_folder
from podd_engine.errors import DataError


def scan(folder: Path) -> ImageFiles:
    return scan_folder(folder, 0.25)


def test_folders(files: ImageFiles) -> set[str]:
    """Return the top folders of the test images."""
    return {file.path.split("/")[0] for file in files.test}


test_folders.__test__ = False  # type: ignore[attr-defined]


def notices(files: ImageFiles) -> str:
    return "\n".join(files.notices)


@pytest.mark.parametrize(
    ("train", "test"),
    [
        ("train", "test"),
        ("train", "valid"),
        ("train", "validation"),
        ("Training", "Test"),
        ("training", "testing"),
        ("Train", "Val"),
        ("TRAIN", "TEST"),
        ("tRAIN", "TeSt"),
        ("TrainING", "VaL"),
        ("train_set", "test-set"),
        ("TrainSet", "ValidationSet"),
        ("trainset", "testset"),
        ("train images", "test images"),
        ("seg_train", "seg_test"),
        ("asl_alphabet_train", "asl_alphabet_test"),
        ("train2017", "val2017"),
        ("01_train", "02_test"),
        ("train", "dev"),
    ],
)
def test_names_of_splits(tmp_path: Path, train: str, test: str) -> None:
    class_folders(tmp_path / train, {"a": 3, "b": 3})
    class_folders(tmp_path / test, {"a": 2, "b": 1})
    files = scan(tmp_path)
    assert files.class_names == ("a", "b")
    assert (files.train_count, files.test_count) == (6, 3)
    assert test_folders(files) == {test}


@pytest.mark.parametrize(
    "names",
    [
        ("bus", "car", "train"),
        ("bus", "test", "train"),
        ("bus", "test", "train", "val"),
        ("bullet_train", "steam_train"),
        ("car", "valid"),
        ("Test", "bus", "training"),
    ],
)
def test_class_folders_can_have_the_names_of_splits(tmp_path: Path, names: tuple[str, ...]) -> None:
    class_folders(tmp_path, dict.fromkeys(names, 4))
    assert scan(tmp_path).class_names == names


def test_class_called_train_within_splits(tmp_path: Path) -> None:
    for part in ("train", "test"):
        class_folders(tmp_path / part, {"bus": 3, "test": 3, "train": 3})
    files = scan(tmp_path)
    assert files.class_names == ("bus", "test", "train")
    assert test_folders(files) == {"test"}


def test_class_called_train_with_subfolders(tmp_path: Path) -> None:
    class_folders(tmp_path, {"bus": 4, "car": 4})
    class_folders(tmp_path / "train", {"steam": 4, "electric": 4})
    assert scan(tmp_path).class_names == ("bus", "car", "train")


def test_unlabeled_test_folder_does_not_hide_a_labeled_validation_folder(tmp_path: Path) -> None:
    class_folders(tmp_path / "train", {"a": 3, "b": 3})
    class_folders(tmp_path / "val", {"a": 1, "b": 1})
    noise(tmp_path / "test" / "0001.png", 1)
    files = scan(tmp_path)
    assert test_folders(files) == {"val"}
    assert "test/ is not used, because its images have no labels" in notices(files)


def test_labeled_test_folder_takes_precedence_over_validation(tmp_path: Path) -> None:
    for part in ("train", "test", "val"):
        class_folders(tmp_path / part, {"a": 3, "b": 3})
    files = scan(tmp_path)
    assert test_folders(files) == {"test"}
    assert "val/ is not used, because test/ contains the test images" in notices(files)


@pytest.mark.parametrize("test", [None, "flat", "empty"])
def test_training_folder_without_labeled_test_images_is_divided(tmp_path: Path, test: str | None) -> None:
    class_folders(tmp_path / "train", {"a": 8, "b": 8})
    if test == "flat":
        noise(tmp_path / "test" / "0.png", 1)
    elif test == "empty":
        (tmp_path / "test" / "a").mkdir(parents=True)
    files = scan(tmp_path)
    assert (files.train_count, files.test_count) == (12, 4)
    assert "a part of train/ is held out for testing" in notices(files)


@pytest.mark.parametrize("wrapper", ["pets", "pets/pets", "archive/data/pets"])
@pytest.mark.parametrize("split", [False, True])
def test_single_folders_around_the_data_are_ignored(tmp_path: Path, wrapper: str, split: bool) -> None:
    parts = ("train", "test") if split else ("",)
    for part in parts:
        class_folders(tmp_path / wrapper / part, {"cat": 4, "dog": 4})
    (tmp_path / "__MACOSX" / "pets").mkdir(parents=True)
    noise(tmp_path / "__MACOSX" / "pets" / "._cat.png", 1)
    (tmp_path / "README.md").write_text("about")
    assert scan(tmp_path).class_names == ("cat", "dog")


def test_folders_around_the_class_folders_of_each_split_are_ignored(tmp_path: Path) -> None:
    class_folders(tmp_path / "seg_train" / "seg_train", {"a": 4, "b": 4})
    class_folders(tmp_path / "seg_test" / "seg_test", {"a": 2, "b": 2})
    noise(tmp_path / "seg_pred" / "seg_pred" / "1.png", 1)
    files = scan(tmp_path)
    assert (files.class_names, files.train_count, files.test_count) == (("a", "b"), 8, 4)
    assert "seg_pred/ is not used" in notices(files)


def test_single_class_folder_is_a_class(tmp_path: Path) -> None:
    files = scan(class_folders(tmp_path, {"cat": 8}))
    assert files.class_names == ("cat",)
    assert "single class 'cat'" in notices(files)


def test_images_in_subfolders_belong_to_the_class(tmp_path: Path) -> None:
    class_folders(tmp_path / "cat" / "2020", {"summer": 2, "winter": 2})
    class_folders(tmp_path, {"cat": 2, "dog": 3})
    files = scan(tmp_path)
    assert files.class_names == ("cat", "dog")
    assert files.train_count + files.test_count == 9


def test_folder_of_several_datasets_is_rejected(tmp_path: Path) -> None:
    for name in ("bottle", "cable"):
        for part in ("train", "test"):
            class_folders(tmp_path / name / part, {"good": 2, "broken": 2})
    with pytest.raises(DataError, match=r"did you mean \S+/bottle or \S+/cable\?"):
        scan(tmp_path)


def test_equal_subfolders_of_all_classes_are_reported(tmp_path: Path) -> None:
    for name in ("dataset", "backup"):
        class_folders(tmp_path / name, {"cat": 3, "dog": 3})
    assert f"if these are the classes, choose {tmp_path}/backup" in notices(scan(tmp_path))


@pytest.mark.parametrize(
    "name",
    [
        *("__MACOSX", "@eaDir", "lost+found", "$RECYCLE.BIN", "System Volume Information", "__pycache__"),
        *("#recycle", "@Recycle", ".ipynb_checkpoints", ".git", "@EADIR"),
    ],
)
@pytest.mark.parametrize("place", ["", "a"])
def test_system_folders_are_ignored(tmp_path: Path, name: str, place: str) -> None:
    class_folders(tmp_path, {"a": 8, "b": 8})
    noise(tmp_path / place / name / "SYNOPHOTO_THUMB_M.png", 1)
    (tmp_path / "empty" / name).parent.mkdir()
    (tmp_path / "empty").rmdir()
    files = scan(tmp_path)
    assert files.class_names == ("a", "b")
    assert files.train_count + files.test_count == 16
    assert "skipped" not in notices(files)


@pytest.mark.parametrize("name", ["Thumbs.db", "desktop.ini", "._0.png", ".DS_Store", ".hidden.png"])
def test_system_files_are_ignored(tmp_path: Path, name: str) -> None:
    class_folders(tmp_path, {"a": 8, "b": 8})
    (tmp_path / "a" / name).write_bytes(b"\0")
    files = scan(tmp_path)
    assert files.train_count + files.test_count == 16
    assert "skipped" not in notices(files)


def test_skipped_files_are_reported_with_examples(tmp_path: Path) -> None:
    class_folders(tmp_path, {"cat": 60, "dog": 60})
    for number in range(20):
        (tmp_path / "cat" / f"{number}.heic").write_bytes(b"\0\0\0\x18ftypheic")
    for name in ("dog/readme.txt", "dog/notes.TXT"):
        (tmp_path / name).write_text("text")
    (tmp_path / "README.md").write_text("about the dataset")
    assert scan(tmp_path).notices == (
        "the test set has only 30 images, so a test accuracy near 50% is uncertain by ±18 percentage points",
        "22 files were skipped: 20 .heic, 2 .txt (for example cat/0.heic, dog/notes.TXT)",
    )


@pytest.mark.parametrize("split", [False, True])
def test_images_outside_the_class_folders_are_reported(tmp_path: Path, split: bool) -> None:
    for part in ("train", "test") if split else ("",):
        class_folders(tmp_path / part, {"cat": 4, "dog": 4})
    noise(tmp_path / ("train" if split else "") / "loose.png", 1)
    (tmp_path / "photo.heic").write_bytes(b"\0")
    (skipped,) = (notice for notice in scan(tmp_path).notices if "skipped" in notice)
    assert skipped.startswith("2 files were skipped: ")
    assert "1 outside the class folders" in skipped
    assert "1 .heic" in skipped


needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links need special rights on Windows")


@needs_links
def test_links_to_class_folders_and_images_are_followed(tmp_path: Path) -> None:
    class_folders(tmp_path / "all", {"a": 4, "b": 4})
    for part in ("train", "test"):
        (tmp_path / "links" / part).mkdir(parents=True)
        for name in "ab":
            (tmp_path / "links" / part / name).symlink_to(tmp_path / "all" / name)
    assert scan(tmp_path / "links").train_count == 8
    (tmp_path / "files" / "a").mkdir(parents=True)
    for number in range(4):
        (tmp_path / "files" / "a" / f"{number}.png").symlink_to(tmp_path / "all" / "a" / f"00{number}.png")
    assert scan(tmp_path / "files").train_count == 3


@needs_links
@pytest.mark.parametrize(
    ("link", "target", "expected"),
    [
        ("a/up", "..", "1 link to a folder above (for example a/up)"),
        ("here", ".", "1 link to a folder above (for example here)"),
        ("a/self", "self", "1 broken link (for example a/self)"),
        ("self", "self", "1 broken link (for example self)"),
        ("a/x.png", "/nowhere/x.png", "1 broken link (for example a/x.png)"),
        ("c", "/nowhere/c", "1 broken link (for example c)"),
    ],
)
def test_loops_and_broken_links_are_skipped(tmp_path: Path, link: str, target: str, expected: str) -> None:
    class_folders(tmp_path, {"a": 8, "b": 8})
    (tmp_path / link).symlink_to(target)
    files = scan(tmp_path)
    assert files.class_names == ("a", "b")
    assert files.train_count + files.test_count == 16
    assert expected in notices(files)


@needs_links
def test_loop_of_two_links_is_skipped(tmp_path: Path) -> None:
    class_folders(tmp_path, {"a": 8, "b": 8})
    (tmp_path / "a" / "to_b").symlink_to("../b")
    (tmp_path / "b" / "to_a").symlink_to("../a")
    files = scan(tmp_path)
    assert files.train_count + files.test_count == 32
    assert "links to a folder that was read before" in notices(files)


@needs_links
def test_second_link_to_a_folder_is_skipped(tmp_path: Path) -> None:
    class_folders(tmp_path / "data", {"a": 8, "b": 8})
    class_folders(tmp_path, {"other": 4})
    for name in ("first", "second"):
        (tmp_path / "data" / "a" / name).symlink_to(tmp_path / "other")
    files = scan(tmp_path / "data")
    assert files.train_count + files.test_count == 20
    assert "1 link to a folder that was read before (for example a/second)" in notices(files)


@needs_links
def test_dataset_folder_that_is_a_loop_is_reported(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(DataError, match="symbolic links form a loop"):
        scan(tmp_path / "loop")


def test_class_folders_in_different_unicode_forms_match(tmp_path: Path) -> None:
    composed, decomposed = (unicodedata.normalize(form, "éléphant") for form in ("NFC", "NFD"))
    class_folders(tmp_path / "train", {decomposed: 4, "Lion": 4})
    class_folders(tmp_path / "test", {composed: 2, "lion": 2})
    files = scan(tmp_path)
    assert files.class_names == ("Lion", composed)
    assert [file.label for file in files.test] == [0, 0, 1, 1]


def test_two_folders_with_the_same_name_in_different_unicode_forms(tmp_path: Path) -> None:
    class_folders(tmp_path, {unicodedata.normalize(form, "é"): 4 for form in ("NFC", "NFD")})
    with pytest.raises(DataError, match="have the name 'é' in different Unicode forms"):
        scan(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not allow such names")
def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    class_folders(tmp_path, {"a": 4, "b": 4})
    os.rename(tmp_path / "a" / "000.png", os.fsencode(tmp_path) + b"/a/ma\xf1ana.png")
    files = scan(tmp_path)
    assert files.train_count + files.test_count == 8
    assert files.fingerprint()
    os.rename(tmp_path / "b", os.fsencode(tmp_path) + b"/\xf1")
    with pytest.raises(DataError, match=r"/\\xf1: the name of the class folder is not valid UTF-8"):
        scan(tmp_path)


@pytest.mark.parametrize(
    ("suffix", "expected"),
    [
        (".heic", r"no images that can be read \(they contain 4 \.heic\); convert the images to PNG or JPEG"),
        (".docx", r"4 \.docx"),
        ("", "4 without a suffix"),
    ],
)
def test_folder_without_readable_images_names_the_suffixes(
    tmp_path: Path, suffix: str, expected: str
) -> None:
    for name in ("a/0", "a/1", "b/0", "b/1"):
        path = tmp_path / (name + suffix)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    with pytest.raises(DataError, match=expected):
        scan(tmp_path)


def test_class_without_readable_images_names_the_suffixes(tmp_path: Path) -> None:
    class_folders(tmp_path, {"a": 4, "b": 4})
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "0.heic").write_bytes(b"x")
    with pytest.raises(DataError, match=r"class 'c' has no training images, its folder contains 1 \.heic"):
        scan(tmp_path)


@pytest.mark.parametrize(
    "names", [("train", "test"), ("train",), ("images",), ("train/images", "val/images")]
)
def test_images_without_labels_are_rejected(tmp_path: Path, names: tuple[str, ...]) -> None:
    for name in names:
        for number in range(3):
            noise(tmp_path / name / f"{number}.png", number)
    with pytest.raises(DataError, match=r"no class folders for .*, and no table contains their labels"):
        scan(tmp_path)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="the user can read every folder")
def test_unreadable_class_folder_is_reported(tmp_path: Path) -> None:
    class_folders(tmp_path, {"a": 4, "b": 4})
    (tmp_path / "b").chmod(0)
    try:
        with pytest.raises(
            DataError, match=r"/b: cannot be read \(permission denied\); change its permissions"
        ):
            scan(tmp_path)
    finally:
        (tmp_path / "b").chmod(0o755)


def test_classes_without_test_images_are_reported(tmp_path: Path) -> None:
    class_folders(tmp_path / "train", {"a": 5, "b": 5, "c": 5})
    class_folders(tmp_path / "test", {"a": 120})
    assert "2 classes have no test images (b, c)" in notices(scan(tmp_path))


def test_classes_with_few_images_are_reported(tmp_path: Path) -> None:
    class_folders(tmp_path / "train", {"a": 5, "b": 4})
    class_folders(tmp_path / "test", {"a": 120, "b": 4})
    assert scan(tmp_path).notices == (
        "1 class has fewer than 5 test images (b), so the accuracies of single classes are uncertain",
        "1 class has fewer than 5 training images (b)",
    )
