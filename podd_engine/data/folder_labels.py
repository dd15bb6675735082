"""Choice of the labels of an image folder: class folders, or a table of labels."""

from pathlib import Path

from podd_engine.data.class_folders import count_files_outside, read_class_folders
from podd_engine.data.class_matching import match_classes
from podd_engine.data.folder_layout import FolderLayout, is_labeled
from podd_engine.data.folder_tree import FolderTree
from podd_engine.data.labeled_paths import LabeledPaths, PathsByClass
from podd_engine.data.skipped_files import SkippedFiles
from podd_engine.data.split_names import split_name
from podd_engine.data.table_labels import read_table_labels, read_test_table, table_names
from podd_engine.errors import DataError

EXPECTED_LAYOUT = (
    "create one folder of images per class, either at the top level or inside train/ and test/, or add a "
    "table (CSV) with the columns filename and label"
)


def find_labeled_paths(
    tree: FolderTree, folder: Path, layout: FolderLayout, skipped: SkippedFiles
) -> LabeledPaths:
    """List the images of each class.

    Args:
        tree: reader of the folders.
        folder: folder of the dataset.
        layout: folders of the images.
        skipped: counts the files that are not used.

    Raises:
        DataError: a folder cannot be read, the images have no labels, or a class has no training images.
    """
    return _read_table(tree, folder, layout, skipped) or _read_folders(tree, folder, layout, skipped)


def _read_table(
    tree: FolderTree, folder: Path, layout: FolderLayout, skipped: SkippedFiles
) -> LabeledPaths | None:
    """Return the labels from a table if the folder has no clear class folders.

    Raises:
        DataError: the images are neither in class folders nor in a table.
    """
    images, holding = layout.train, tree.image_folders(layout.train)
    has_loose_images = bool(tree.content(images).images)
    splits = [split_name(name) for name in holding]
    only_splits = all(splits) and len({split.rest for split in splits if split}) == 1
    if layout.test is not None or not (has_loose_images or len(holding) <= 1 or only_splits):
        return None
    has_class_folders = len(holding) > 1 and not only_splits
    unused = SkippedFiles()
    found = read_table_labels(tree, folder, images, unused)
    if found is not None and has_class_folders and not _labels_most(found, tree, images):
        return None
    skipped.add_all(unused)
    if found is None and (only_splits or not is_labeled(tree, images)) and (holding or has_loose_images):
        images_text = (
            f"the images in {', '.join(f'{name}/' for name in holding)}" if holding else "its images"
        )
        tables = table_names(tree, folder, images)
        table_text = f"{tables[0]} does not name them" if tables else "no table contains their labels"
        raise DataError(
            f"{images}: the folder has no class folders for {images_text}, and {table_text}; "
            f"{EXPECTED_LAYOUT}"
        )
    return found


def _labels_most(labeled: LabeledPaths, tree: FolderTree, folder: Path) -> bool:
    """Whether at least half of the images below a folder have labels."""
    parts = [labeled.train, labeled.test or {}]
    count = sum(len(paths) for part in parts for paths in part.values())
    return 2 * count >= len(tree.images_below(folder, "", SkippedFiles()))


def _read_folders(
    tree: FolderTree, folder: Path, layout: FolderLayout, skipped: SkippedFiles
) -> LabeledPaths:
    """Return the images of the class folders.

    Raises:
        DataError: there are no class folders, a class has no training images, or the test folder has a
            class that the training folder does not have.
    """
    train = read_class_folders(tree, folder, layout.train, skipped)
    used = [layout.train, *([layout.test] if layout.test is not None else [])]
    count_files_outside(tree, folder, used, skipped)
    if not train.images:
        contents = f" (it contains {skipped.counts})" if skipped.counts else ""
        raise DataError(f"{layout.train}: the folder has no class folders{contents}; {EXPECTED_LAYOUT}")
    if not any(train.images.values()):
        contents = f" that can be read (they contain {skipped.counts})" if skipped.counts else ""
        remedy = "convert the images to PNG or JPEG" if skipped.counts else EXPECTED_LAYOUT
        raise DataError(f"{layout.train}: the class folders contain no images{contents}; {remedy}")
    if train.unreadable:
        name, contents = next(iter(train.unreadable.items()))
        more = f" (and {len(train.unreadable) - 1} more classes)" if len(train.unreadable) > 1 else ""
        raise DataError(
            f"{layout.train}: class {name!r} has no training images{more}"
            + (f", its folder contains {contents}" if contents else "")
            + "; add images or delete the class folder"
        )
    notices = list(layout.notices)
    if layout.unlabeled_test is not None:
        labeled = read_test_table(tree, folder, layout.unlabeled_test, tuple(train.images))
        if labeled is not None:
            test_images, table_notices = labeled
            return LabeledPaths(train.images, test_images, (*notices, *table_notices))
        notices.append(f"{layout.unlabeled_test.name}/ is not used, because its images have no labels")
    if layout.test is None:
        if (layout.train != folder and split_name(layout.train.name)) or layout.unlabeled_test is not None:
            notices.append(
                f"no folder contains labeled test images; a part of {layout.train.name}/ is held out for "
                "testing"
            )
        return LabeledPaths(train.images, None, tuple(notices))
    test = read_class_folders(tree, folder, layout.test, skipped)
    return LabeledPaths(train.images, _match_test_classes(layout, train.images, test.images), tuple(notices))


def _match_test_classes(layout: FolderLayout, train: PathsByClass, test: PathsByClass) -> PathsByClass:
    """Return the test images by the class names of the training folder.

    Raises:
        DataError: the test folder has images of a class that the training folder does not have.
    """
    match = match_classes(tuple(train), tuple(test))
    unknown = [name for name in match.additional if test[name]]
    if unknown:
        raise DataError(
            f"{layout.test}: class {unknown[0]!r} is not in {layout.train.name}/; add it there or delete it "
            "here"
        )
    test_names = tuple(test)
    return {
        name: test[test_names[position]]
        for name, position in zip(train, match.positions, strict=True)
        if position >= 0
    }
