"""Class folders: the images of each folder belong to the class with the name of the folder."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from podd_engine.data.folder_tree import FolderTree
from podd_engine.data.skipped_files import OUTSIDE, SkippedFiles
from podd_engine.errors import DataError


@dataclass(frozen=True)
class ClassFolders:
    """Images of the class folders in one folder.

    Args:
        images: paths relative to the dataset, by class name. A class can have no images.
        unreadable: for each class without images, what its folder contains, for example "20 .heic".
    """

    images: dict[str, list[str]]
    unreadable: dict[str, str]


def read_class_folders(tree: FolderTree, root: Path, folder: Path, skipped: SkippedFiles) -> ClassFolders:
    """List the images of all class folders in ``folder``.

    Class names are in Unicode form NFC, because macOS can store folder names in another form.

    Args:
        tree: reader of the folders.
        root: folder of the dataset.
        folder: folder of the class folders, below ``root``.
        skipped: counts all other files.

    Raises:
        DataError: a folder cannot be read, a name is not valid UTF-8, or two folders have the same name in
            different Unicode forms.
    """
    prefix = path_prefix(root, folder)
    folder_names: dict[str, str] = {}
    images: dict[str, list[str]] = {}
    unreadable: dict[str, str] = {}
    for folder_name in tree.content(folder).folders:
        name = unicodedata.normalize("NFC", folder_name)
        if not _is_unicode(name):
            raise DataError(
                f"{folder / folder_name}: the name of the class folder is not valid UTF-8; rename the folder"
            )
        if name in folder_names:
            raise DataError(
                f"{folder}: two folders have the name {name!r} in different Unicode forms "
                f"({folder_names[name]!a} and {folder_name!a}); merge them or rename one"
            )
        folder_names[name] = folder_name
        own = SkippedFiles()
        images[name] = tree.images_below(folder / folder_name, f"{prefix}{folder_name}/", own)
        if not images[name]:
            unreadable[name] = own.counts
        skipped.add_all(own)
    return ClassFolders(images, unreadable)


def count_files_outside(tree: FolderTree, root: Path, folders: Iterable[Path], skipped: SkippedFiles) -> None:
    """Count the images that are in no class folder.

    Args:
        tree: reader of the folders.
        root: folder of the dataset.
        folders: folders that contain class folders, below ``root``. The images between them and ``root``
            are counted too.
        skipped: counts the images.

    Raises:
        DataError: a folder cannot be read.
    """
    between = {
        parent for folder in folders for parent in (folder, *folder.parents) if parent.is_relative_to(root)
    }
    for folder in sorted(between):
        prefix, content = path_prefix(root, folder), tree.content(folder)
        for name in content.images:
            skipped.add(OUTSIDE, prefix + name)
        for reason, name in content.unusable:
            skipped.add(reason, prefix + name)
        for name in content.others:
            skipped.add_outside(prefix + name)


def path_prefix(root: Path, folder: Path) -> str:
    """Return the start of the paths of all files in ``folder``, relative to ``root``."""
    relative = folder.relative_to(root).as_posix()
    return "" if relative == "." else f"{relative}/"


def _is_unicode(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
