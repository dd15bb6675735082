"""Recognition of the layout of an image folder: splits, class folders and folders around them.

- The folders of the splits have names such as ``train``, ``Training`` and ``seg_train``, ``val`` and
  ``validation``, or ``test`` and ``testing``. The content decides: class folders can have these names too.
- A ``test`` folder with class folders takes precedence over a ``val`` folder. A ``test`` folder without
  class folders is not used if ``val`` has class folders.
- A single folder around the class folders or the splits, as in many archives, has no meaning.
"""

from dataclasses import dataclass
from pathlib import Path

from podd_engine.data.class_matching import match_classes
from podd_engine.data.folder_tree import FolderTree
from podd_engine.data.split_names import SplitName, split_name
from podd_engine.errors import DataError

_MAX_WRAPPERS = 10
"""Maximum number of folders around the dataset. Without a limit, symbolic links could form a loop."""

_GENERIC_NAMES = frozenset({"images", "image", "imgs", "img", "data", "jpegimages"})
"""Names of folders that contain images of all classes."""


@dataclass(frozen=True)
class FolderLayout:
    """Folders of a dataset.

    Args:
        train: folder that contains the class folders, or unlabeled images.
        test: folder with the class folders of the test images; None: no such folder.
        unlabeled_test: folder with test images that have no class folders; None: no such folder.
        notices: one line for each folder that is not used although its name or content suggests it.
    """

    train: Path
    test: Path | None = None
    unlabeled_test: Path | None = None
    notices: tuple[str, ...] = ()


def detect_layout(tree: FolderTree, folder: Path) -> FolderLayout:
    """Find the splits or the class folders of a dataset.

    Args:
        tree: reader of the folders.
        folder: folder that the user has chosen.

    Returns:
        The layout. If ``folder`` contains no images in subfolders, the layout is ``folder`` itself.

    Raises:
        DataError: a folder cannot be read, or ``folder`` contains several datasets.
    """
    for _ in range(_MAX_WRAPPERS):
        layout = _find_splits(tree, folder)
        if layout is not None:
            return layout
        inner = _wrapped_folder(tree, folder)
        if inner is None:
            break
        folder = inner
    return FolderLayout(folder, notices=_check_class_folders(tree, folder))


def is_labeled(tree: FolderTree, folder: Path) -> bool:
    """Whether a folder contains class folders with images.

    A single folder that is called "images", as in data for object detection, is not a class folder.
    """
    names = tree.image_folders(_unwrap(tree, folder))
    return len(names) > 1 or any(name.lower() not in _GENERIC_NAMES for name in names)


def _wrapped_folder(tree: FolderTree, folder: Path) -> Path | None:
    """Return the only subfolder with images if it contains class folders or splits, otherwise None."""
    holding = tree.image_folders(folder)
    if len(holding) != 1:
        return None
    inner = folder / holding[0]
    inner_folders = tree.image_folders(inner)
    # Images next to a single subfolder show that ``inner`` is a class folder with a subfolder.
    is_wrapper = len(inner_folders) > 1 or (inner_folders and not tree.content(inner).images)
    return inner if is_wrapper else None


def _unwrap(tree: FolderTree, folder: Path) -> Path:
    for _ in range(_MAX_WRAPPERS):
        inner = _wrapped_folder(tree, folder)
        if inner is None:
            break
        folder = inner
    return folder


def _find_splits(tree: FolderTree, folder: Path) -> FolderLayout | None:
    """Return the layout if ``folder`` contains a training folder with class folders, otherwise None."""
    names = {name: found for name in tree.content(folder).folders if (found := split_name(name))}
    train_names = [
        name for name, found in names.items() if found.role == "train" and is_labeled(tree, folder / name)
    ]
    paired = [name for name in train_names if _partners(names, name)]
    if len(paired) > 1:
        # A plain name such as "train" takes precedence over a longer name such as "old_train".
        paired = [name for name in paired if not names[name].rest] or paired
    if len(paired) > 1:
        raise DataError(
            f"{folder}: {' and '.join(paired)} both contain training images; merge them or move one away"
        )
    if paired:
        return _split_layout(tree, folder, paired[0], _partners(names, paired[0]))
    if train_names and tree.image_folders(folder) == (train_names[0],):
        return _split_layout(tree, folder, train_names[0], [])
    return None


def _partners(names: dict[str, SplitName], train: str) -> list[str]:
    """Return the validation and test folders that belong to a training folder: test folders first."""
    found = [name for name in names if names[name].role != "train" and names[name].rest == names[train].rest]
    return sorted(found, key=lambda name: names[name].role)  # "test" comes before "val"


def _split_layout(
    tree: FolderTree, folder: Path, train_name: str, partners: list[str]
) -> FolderLayout | None:
    train = _unwrap(tree, folder / train_name)
    labeled = [name for name in partners if is_labeled(tree, folder / name)]
    others = [name for name in tree.image_folders(folder) if name != train_name and name not in partners]
    test = _unwrap(tree, folder / labeled[0]) if labeled else None
    if test is not None and others and not _share_classes(tree, train, test):
        return None  # ``folder`` contains class folders that are called train and test
    unlabeled = [name for name in partners if name not in labeled and tree.holds_images(folder / name)]
    notices = [f"{name}/ is not used, because {labeled[0]}/ contains the test images" for name in labeled[1:]]
    notices += [f"{name}/ is not used, because the folder contains {train_name}/" for name in others]
    return FolderLayout(train, test, folder / unlabeled[0] if unlabeled else None, tuple(notices))


def _share_classes(tree: FolderTree, train: Path, test: Path) -> bool:
    match = match_classes(tree.content(train).folders, tree.content(test).folders)
    return any(position >= 0 for position in match.positions)


def _check_class_folders(tree: FolderTree, folder: Path) -> tuple[str, ...]:
    """Return notices about class folders whose names or content suggest another meaning.

    Raises:
        DataError: the class folders are datasets with splits of their own.
    """
    holding = tree.image_folders(folder)
    notices = [
        f"{name}/ is used as a class, because it contains images without class folders"
        for name in holding
        if len(holding) > 1 and split_name(name) in (SplitName("train", ()), SplitName("test", ()))
    ]
    nested = [name for name in holding if not tree.content(folder / name).images]
    datasets = [name for name in nested if _find_splits(tree, folder / name) is not None]
    if datasets:
        guesses = " or ".join(str(folder / name) for name in datasets[:2])
        raise DataError(f"{folder}: the folder contains several datasets; did you mean {guesses}?")
    if len(nested) > 1 and nested == list(holding):
        shared = set.intersection(*(set(tree.image_folders(folder / name)) for name in nested))
        if len(shared) > 1:
            examples = ", ".join(
                [name for name in tree.image_folders(folder / nested[0]) if name in shared][:2]
            )
            notices.append(
                f"each class folder contains the folders {examples}; if these are the classes, choose "
                f"{folder / nested[0]}"
            )
    return tuple(notices)
