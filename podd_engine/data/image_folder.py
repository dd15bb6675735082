"""Folders of images, used as datasets of their own or in place of a named dataset.

Three layouts are supported. `folder_layout` describes the accepted names of the folders::

    train/<class>/**/*.png  with  test/<class>/… or val/<class>/…
    <class>/**/*.png        a fraction of each class is held out for testing
    **/*.png                with a table (CSV) of file names and labels
"""

from pathlib import Path

import numpy as np

from podd_engine.data.class_matching import positions_of_classes
from podd_engine.data.folder_labels import find_labeled_paths
from podd_engine.data.folder_layout import detect_layout
from podd_engine.data.folder_tree import FolderTree
from podd_engine.data.image_files import ImageFile, ImageFiles
from podd_engine.data.label_notices import label_notices
from podd_engine.data.labeled_paths import PathsByClass
from podd_engine.data.natural_sort import natural_key
from podd_engine.data.skipped_files import SkippedFiles
from podd_engine.data.train_test_split import held_out_mask
from podd_engine.errors import DataError
from podd_engine.io.file_kind import check_is_folder

FOLDER_EXPECTED = "a folder of images"
"""What an error message names if a file is given."""


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
        names: required class names, in the order of their class indices; empty: any names, in natural order.
        classes: required number of classes; None: any number.
        color: if True, the images always have three channels; if False, they have one channel when
            all images are gray.
        names_owner: what requires the class names, for messages.

    Raises:
        DataError: the folder does not exist or cannot be read, contains no labeled images, the classes are
            not the required ones, there are no test images, or a class has no training images.
    """
    check_is_folder(folder, FOLDER_EXPECTED, DataError)
    if not folder.exists():
        raise DataError(f"{folder}: folder does not exist; choose the folder that contains the class folders")
    tree, skipped = FolderTree(), SkippedFiles()
    layout = detect_layout(tree, folder)
    found = find_labeled_paths(tree, folder, layout, skipped)
    class_names = tuple(sorted(found.train, key=natural_key))
    if classes is not None and len(class_names) != classes:
        raise DataError(
            f"{layout.train}: the folder has {len(class_names)} class folders, but the dataset has {classes} "
            "classes; add or delete class folders"
        )
    if names:
        positions = positions_of_classes(names, class_names, layout.train, names_owner)
        by_name = {name: class_names[position] for name, position in zip(names, positions, strict=True)}
    else:
        by_name = dict(zip(class_names, class_names, strict=True))
    train = {name: found.train[own] for name, own in by_name.items()}
    if found.test is None:
        train, test = _hold_out(train, share)
    else:
        test = {name: found.test.get(own, []) for name, own in by_name.items()}
    return ImageFiles(
        folder,
        tuple(by_name),
        _image_files(train),
        _image_files(test),
        color,
        (*found.notices, *label_notices(train, test), *skipped.notices()),
    )


def _hold_out(images: PathsByClass, share: float) -> tuple[PathsByClass, PathsByClass]:
    """Divide the images of each class into training and test images.

    The choice depends only on the set of names. It does not depend on their order, which earlier versions
    of the program defined differently.
    """
    paths = [(name, path) for name in sorted(images) for path in sorted(images[name])]
    index = {name: position for position, name in enumerate(sorted(images))}
    mask = held_out_mask(np.array([index[name] for name, _ in paths], dtype=np.int64), share)
    held_out = {path for (_, path), held in zip(paths, mask, strict=True) if held}
    return (
        {name: [path for path in found if path not in held_out] for name, found in images.items()},
        {name: [path for path in found if path in held_out] for name, found in images.items()},
    )


def _image_files(images: PathsByClass) -> tuple[ImageFile, ...]:
    return tuple(ImageFile(path, index) for index, paths in enumerate(images.values()) for path in paths)
