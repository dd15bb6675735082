"""Images and subfolders below a folder, without system files and without endless symbolic links."""

import os
from dataclasses import dataclass
from pathlib import Path

from podd_engine.data.image_formats import image_suffixes
from podd_engine.data.natural_sort import natural_key
from podd_engine.data.skipped_files import BROKEN_LINK, LINK_LOOP, REPEATED_FOLDER, SPECIAL_FILE, SkippedFiles
from podd_engine.data.system_files import is_system_file, is_system_folder
from podd_engine.errors import DataError
from podd_engine.io.os_errors import read_error_text


@dataclass(frozen=True)
class FolderContent:
    """Direct content of a folder in natural order, without hidden files and system files.

    Args:
        folders: names of the subfolders, and of symbolic links to folders.
        images: names of the image files.
        others: names of all other files.
        unusable: reason and name of each entry that cannot be followed, for example a broken link.
    """

    folders: tuple[str, ...]
    images: tuple[str, ...]
    others: tuple[str, ...]
    unusable: tuple[tuple[str, str], ...]


class FolderTree:
    """Reader of folders that lists each folder only once."""

    def __init__(self) -> None:
        self._contents: dict[Path, FolderContent] = {}

    def content(self, folder: Path) -> FolderContent:
        """Return the direct content of a folder.

        Raises:
            DataError: the folder does not exist or cannot be read.
        """
        if folder not in self._contents:
            try:
                self._contents[folder] = _read_folder(folder)
            except OSError as error:
                raise DataError(read_error_text(folder, error)) from error
        return self._contents[folder]

    def image_folders(self, folder: Path) -> tuple[str, ...]:
        """Return the subfolders that contain images, directly or in their own subfolders.

        Raises:
            DataError: a folder cannot be read.
        """
        return tuple(name for name in self.content(folder).folders if self.holds_images(folder / name))

    def holds_images(self, folder: Path) -> bool:
        """Whether a folder or one of its subfolders contains an image.

        Raises:
            DataError: a folder cannot be read.
        """
        return self._holds_images(folder, set())

    def images_below(self, folder: Path, prefix: str, skipped: SkippedFiles) -> list[str]:
        """List the images of a folder and of all its subfolders.

        Args:
            folder: folder to search.
            prefix: text before each path, for example "train/cat/".
            skipped: counts all other files.

        Returns:
            Paths with "/" as separator, in natural order within each folder.

        Raises:
            DataError: a folder cannot be read.
        """
        found: list[str] = []
        self._collect(folder, prefix, skipped, found, set())
        return found

    def _collect(
        self, folder: Path, prefix: str, skipped: SkippedFiles, found: list[str], visited: set[str]
    ) -> None:
        # Two links can point to the same folder, or form a loop that no single link shows.
        if _enters_again(folder, visited):
            skipped.add(REPEATED_FOLDER, prefix.removesuffix("/"))
            return
        content = self.content(folder)
        found += [prefix + name for name in content.images]
        for name in content.others:
            skipped.add_unreadable(prefix + name)
        for reason, name in content.unusable:
            skipped.add(reason, prefix + name)
        for name in content.folders:
            self._collect(folder / name, f"{prefix}{name}/", skipped, found, visited)

    def _holds_images(self, folder: Path, visited: set[str]) -> bool:
        if _enters_again(folder, visited):
            return False
        content = self.content(folder)
        return bool(content.images) or any(
            self._holds_images(folder / name, visited) for name in content.folders
        )


def _enters_again(folder: Path, visited: set[str]) -> bool:
    """Return whether a folder was visited before, possibly under another path, and mark the folder."""
    real = os.path.realpath(folder)
    seen = real in visited
    visited.add(real)
    return seen


def _read_folder(folder: Path) -> FolderContent:
    folders: list[str] = []
    images: list[str] = []
    others: list[str] = []
    unusable: list[tuple[str, str]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if _is_folder(entry):
                if not is_system_folder(entry.name):
                    if entry.is_symlink() and _is_above(entry.path, folder):
                        unusable.append((LINK_LOOP, entry.name))
                    else:
                        folders.append(entry.name)
            elif is_system_file(entry.name) or is_system_folder(entry.name):
                continue
            elif not _is_file(entry):
                unusable.append((BROKEN_LINK if entry.is_symlink() else SPECIAL_FILE, entry.name))
            elif os.path.splitext(entry.name)[1].lower() in image_suffixes():  # noqa: PTH122 - pathlib is slow for 100,000 files
                images.append(entry.name)
            else:
                others.append(entry.name)
    return FolderContent(
        folders=_in_natural_order(folders),
        images=_in_natural_order(images),
        others=_in_natural_order(others),
        unusable=tuple(sorted(unusable)),
    )


def _in_natural_order(names: list[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=natural_key))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a symbolic link that points to itself
        return False


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False


def _is_above(link: str, folder: Path) -> bool:
    """Return whether a link points to ``folder`` or to a folder that contains ``folder``."""
    return Path(os.path.realpath(folder)).is_relative_to(os.path.realpath(link))
