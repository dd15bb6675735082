"""Folders of class folders, used as datasets of their own or in place of a named dataset.

Two layouts are supported. Hidden files and files that are not images are ignored::

    train/<class>/*.png  with  test/<class>/… or val/<class>/…
    <class>/*.png        a fraction of each class is held out for testing
"""

import os
from pathlib import Path

import numpy as np

from podd_engine.data.class_matching import positions_of_classes
from podd_engine.data.image_files import SUFFIXES, ImageFile, ImageFiles
from podd_engine.data.train_test_split import held_out_mask
from podd_engine.errors import DataError

TRAIN_FOLDER = "train"
TEST_FOLDERS = ("test", "val")
"""Possible names of the test folder, in order of precedence."""

EXPECTED_LAYOUT = "create one folder of images per class, either at the top level or inside train/ and test/"


def scan_folder(
    folder: Path,
    share: float,
    names: tuple[str, ...] = (),
    classes: int | None = None,
    color: bool = False,
    names_owner: str = "the dataset",
) -> ImageFiles:
    """List the classes and image files of a folder without decoding images.

    Args:
        folder: folder of the dataset; never modified.
        share: fraction of each class to hold out for testing if there is no test folder.
        names: required class names, in the order of their class indices; empty: any names, in sorted order.
        classes: required number of classes; None: any number.
        color: if True, the images always have three channels; if False, they have one channel when
            all images are gray.
        names_owner: what requires the class names, for messages.

    Raises:
        DataError: the folder or its class folders do not exist, the classes are not the required
            ones, there are no test images, or a class has no training images.
    """
    if not folder.is_dir():
        raise DataError(f"{folder}: folder does not exist; choose the folder that contains the class folders")
    if (folder / TRAIN_FOLDER).is_dir():
        train_folder, test_folder = folder / TRAIN_FOLDER, _test_folder(folder)
    else:
        train_folder = test_folder = folder
    found = _class_folders(train_folder)
    if classes is not None and len(found) != classes:
        raise DataError(
            f"{train_folder}: the folder has {len(found)} class folders, but the dataset has {classes} "
            "classes; add or delete class folders"
        )
    if names:
        positions = positions_of_classes(names, found, train_folder, names_owner)
        class_folders = [found[position] for position in positions]
    else:
        class_folders = sorted(found)
    train = _list_image_files(folder, train_folder, class_folders)
    if not train:
        raise DataError(f"{train_folder}: the class folders contain no images; {EXPECTED_LAYOUT}")
    if test_folder != train_folder:
        _check_unknown_classes(test_folder, class_folders)
        test = _list_image_files(folder, test_folder, class_folders)
    else:
        mask = held_out_mask(np.array([file.label for file in train], dtype=np.int64), share)
        test = [file for file, held in zip(train, mask, strict=True) if held]
        train = [file for file, held in zip(train, mask, strict=True) if not held]
    return ImageFiles(folder, names or tuple(class_folders), tuple(train), tuple(test), color)


def list_images(folder: Path, part: str) -> list[str]:
    """List the images in the subfolder ``part`` of ``folder``.

    Returns:
        Paths relative to ``folder``, sorted by name.

    Raises:
        DataError: the subfolder does not exist or cannot be read.
    """
    try:
        with os.scandir(folder / part) as entries:
            return sorted(
                f"{part}/{entry.name}"
                for entry in entries
                if not entry.name.startswith(".")
                and os.path.splitext(entry.name)[1].lower() in SUFFIXES  # noqa: PTH122 - pathlib is slow for 100,000 files
                and entry.is_file()
            )
    except OSError as error:
        cause = error.strerror or error
        raise DataError(
            f"{folder / part}: folder cannot be read ({cause}); copy the dataset again"
        ) from error


def _test_folder(folder: Path) -> Path:
    for name in TEST_FOLDERS:
        if (folder / name).is_dir():
            return folder / name
    raise DataError(
        f"{folder}: the folder has train/ but neither test/ nor val/; add test/ with the same class folders"
    )


def _class_folders(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        found = [entry.name for entry in entries if entry.is_dir() and not entry.name.startswith(".")]
    if not found:
        raise DataError(f"{folder}: the folder has no class folders; {EXPECTED_LAYOUT}")
    return found


def _check_unknown_classes(folder: Path, class_folders: list[str]) -> None:
    unknown = sorted(set(_class_folders(folder)) - set(class_folders))
    if unknown:
        raise DataError(f"{folder}: class {unknown[0]!r} is not in train/; add it there or delete it here")


def _list_image_files(folder: Path, below: Path, class_folders: list[str]) -> list[ImageFile]:
    prefix = "" if below == folder else f"{below.name}/"
    return [
        ImageFile(path, index)
        for index, name in enumerate(class_folders)
        if (below / name).is_dir()
        for path in list_images(folder, f"{prefix}{name}")
    ]
