"""Images without class folders, with labels from a table."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from podd_engine.data.class_folders import path_prefix
from podd_engine.data.class_matching import match_classes
from podd_engine.data.folder_tree import FolderTree
from podd_engine.data.image_index import ImageIndex
from podd_engine.data.label_table import TABLE_SUFFIXES, LabelTable, find_label_table
from podd_engine.data.labeled_paths import LabeledPaths, PathsByClass
from podd_engine.data.natural_sort import natural_key
from podd_engine.data.skipped_files import SkippedFiles
from podd_engine.data.split_names import SplitRole, split_name
from podd_engine.errors import DataError

MAX_TEXT_FILES = 10
"""Maximum number of text files in a folder that are examined. More text files are descriptions of images."""


def read_table_labels(
    tree: FolderTree, root: Path, folder: Path, skipped: SkippedFiles
) -> LabeledPaths | None:
    """Find a table that labels the images below ``folder``, and return the images by class.

    The split comes from the table, or from folders with names such as "train" and "test".

    Args:
        tree: reader of the folders.
        root: folder of the dataset.
        folder: folder of the images, below ``root``.
        skipped: counts all files that are neither images nor tables.

    Returns:
        The images, or None if no table names them.

    Raises:
        DataError: a folder or table cannot be read, or the labels are unclear or contradictory.
    """
    prefix, other_files = path_prefix(root, folder), SkippedFiles(ignored_suffixes=TABLE_SUFFIXES)
    images = tree.images_below(folder, prefix, other_files)
    roles = {path: _folder_role(path.removeprefix(prefix)) for path in images}
    test_images = [path for path in images if roles[path] != "train"]
    index = ImageIndex([path for path in images if roles[path] == "train"], test_images)
    tables = _tables(tree, root, folder)
    table = find_label_table(tables, index)
    if table is None:
        return None
    labels, notices = dict(table.labels), list(table.notices)
    roles |= table.splits
    if test_images and not labels.keys() & set(test_images):
        others = [path for path in tables if path != table.path]
        with suppress(DataError):  # a table of unlabeled test images is no error
            test_table = find_label_table(others, ImageIndex(test_images))
            matched = _matching_labels(test_table, tuple(dict.fromkeys(table.labels.values())))
            if test_table is not None and matched is not None:
                labels |= matched
                notices += test_table.notices
    skipped.add_all(other_files)
    by_role: dict[SplitRole, PathsByClass] = {"train": {}, "test": {}, "val": {}}
    for path in sorted(labels, key=natural_key):
        by_role[roles[path]].setdefault(labels[path], []).append(path)
    test = by_role["test"] or by_role["val"] or None
    if by_role["test"] and by_role["val"]:
        notices.append("the validation images are not used, because the dataset has test images")
    elif test is None and test_images:
        notices.append(
            f"images in folders for testing that are not used, because they have no labels: "
            f"{len(test_images):,}"
        )
    untrained = [label for label in test or {} if label not in by_role["train"]]
    if untrained:
        raise DataError(
            f"{table.path}: class {untrained[0]!r} has test images, but no training images; add some or "
            "delete the class"
        )
    return LabeledPaths(by_role["train"], test, tuple(notices))


def read_test_table(
    tree: FolderTree, root: Path, folder: Path, classes: Sequence[str]
) -> tuple[PathsByClass, tuple[str, ...]] | None:
    """Return the images of a test folder without class folders, by class, and notices about their table.

    Args:
        tree: reader of the folders.
        root: folder of the dataset.
        folder: folder of the test images, below ``root``.
        classes: names of all classes.

    Returns:
        The images and notices, or None if no table labels the images with these classes.

    Raises:
        DataError: a folder cannot be read.
    """
    index = ImageIndex(tree.images_below(folder, path_prefix(root, folder), SkippedFiles()))
    table = None
    with suppress(DataError):  # a table of unlabeled test images is no error
        table = find_label_table(_tables(tree, root, folder), index)
    labels = _matching_labels(table, classes)
    if table is None or labels is None:
        return None
    by_class: PathsByClass = {}
    for path in sorted(labels, key=natural_key):
        by_class.setdefault(labels[path], []).append(path)
    return by_class, table.notices


def _matching_labels(table: LabelTable | None, classes: Sequence[str]) -> dict[str, str] | None:
    """Return the class by path of the image, or None if there is no table or a label is not a class."""
    if table is None:
        return None
    labels = tuple(dict.fromkeys(table.labels.values()))
    match = match_classes(classes, labels)
    if match.additional:
        return None
    by_label = {
        labels[position]: name
        for name, position in zip(classes, match.positions, strict=True)
        if position >= 0
    }
    return {path: by_label[label] for path, label in table.labels.items()}


def table_names(tree: FolderTree, root: Path, folder: Path) -> list[str]:
    """Return the names of the CSV and TSV files near the images, for a message."""
    return [path.name for path in _tables(tree, root, folder) if path.suffix.lower() != ".txt"]


def _tables(tree: FolderTree, root: Path, folder: Path) -> list[Path]:
    """Return the files that can be tables: in ``folder``, its direct subfolders, and the folders above."""
    above = [folder, *(parent for parent in folder.parents if parent.is_relative_to(root))]
    folders = [*above, *(folder / name for name in tree.content(folder).folders)]
    found: list[Path] = []
    for place in folders:
        files = [place / name for name in tree.content(place).others]
        tables = [file for file in files if file.suffix.lower() in TABLE_SUFFIXES]
        texts = [file for file in tables if file.suffix.lower() == ".txt"]
        if len(texts) > MAX_TEXT_FILES:
            tables = [file for file in tables if file.suffix.lower() != ".txt"]
        found += tables
    return found


def _folder_role(path: str) -> SplitRole:
    """Return the role of the top folder of a path, "train" if the name of the folder has no such meaning."""
    found = split_name(path.partition("/")[0]) if "/" in path else None
    return found.role if found is not None else "train"
