"""Registry of datasets: find, read, download and check them by name."""

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from podd_engine.config.dataset_catalogue import CATALOGUE, FOLDER_DATASET
from podd_engine.config.sections import DatasetConfig
from podd_engine.data.cache import Cache, EntryWriter, content_key
from podd_engine.data.class_matching import positions_of_classes
from podd_engine.data.dataset import DatasetSource, DecodedImages, ImageDataset
from podd_engine.data.download import ARCHIVES, download_archive
from podd_engine.data.image_files import ImageFiles
from podd_engine.data.image_folder import FOLDER_EXPECTED
from podd_engine.data.image_notices import image_notices
from podd_engine.data.sources import (
    POSTER,
    find_any_published,
    find_source,
    is_built_in,
)
from podd_engine.data.user_folders import load_user_folders, remove_user_folder, save_user_folder
from podd_engine.errors import DataError, PoddError
from podd_engine.io.app_dirs import data_folder
from podd_engine.io.file_kind import check_is_folder
from podd_engine.io.user_path import require_storable, user_path
from podd_engine.progress import ProgressCallback, ignore_progress
from podd_engine.runtime.cpu_memory import available_cpu_memory_bytes
from podd_engine.runtime.size_check import check_memory, image_need

CACHE_FORMAT = 2
"""Version of the cached data. Increase it when the decoding of images or the notices change."""

DEFAULT_HELD_OUT: float = DatasetConfig().held_out

CHECK_IMAGE_SIZE = 8
"""Image size in px for `check_dataset`. A small size suffices, because decoding reads the whole file."""


@dataclass(frozen=True)
class DatasetStatus:
    """Availability and facts of a dataset, determined without decoding images.

    Args:
        name: name of the dataset in configs; for an added folder, the name under which it was added.
        title: display name.
        available: whether the dataset can be read.
        path: folder of the dataset; for a missing dataset, the folder where it is expected; empty
            for the built-in digits.
        classes: number of classes; 0 if unknown.
        train_images: number of training images; 0 if unknown.
        test_images: number of test images; 0 if unknown.
        image_size: native side of the images in px (of the first image if sizes vary); None if unknown.
        problem: one line with the cause and the remedy if the dataset is not available; otherwise empty.
        notices: one-line notices, for example about skipped files and about classes with few images.
    """

    name: str
    title: str
    available: bool
    path: str
    classes: int
    train_images: int
    test_images: int
    image_size: int | None
    problem: str
    notices: tuple[str, ...] = ()


def load_dataset(
    config: DatasetConfig, cache: Path | None = None, report: ProgressCallback = ignore_progress
) -> ImageDataset:
    """Read a dataset. The first call decodes the image files; later calls use the cache.

    Args:
        config: name, folder, image size, held-out fraction and class names. If class names are given, the
            class indices follow them.
        cache: cache folder; None: the cache folder of the system.
        report: receives progress. It may raise `CancelledError` to cancel; this leaves no incomplete
            cache entry.

    Returns:
        The dataset. Its arrays are memory-mapped from the cache; writing to them does not change the files.

    Raises:
        DataError: the dataset is missing, incomplete or unreadable, or has other classes.
        OutOfMemoryError: the decoded images do not fit in memory.
        StorageError: the cache cannot be written.

    Example:
        >>> import podd_engine
        >>> digits = podd_engine.load_dataset(podd_engine.load_config("digits").dataset)
        >>> digits.test_images.shape
        (360, 8, 8, 1)
    """
    folder = _dataset_folder(config.name, config.path)
    source = find_source(config.name, folder, config.held_out, config.classes)

    def make(entry: EntryWriter) -> None:
        count = source.train_count + source.test_count
        check_memory([image_need(count, config.image_size)], available_cpu_memory_bytes())
        decoded = _read(source, config.image_size, report)
        entry.write_array("train_images", decoded.train.images)
        entry.write_array("train_labels", decoded.train.labels)
        entry.write_array("test_images", decoded.test.images)
        entry.write_array("test_labels", decoded.test.labels)
        entry.write_array("notices", np.frombuffer(json.dumps(decoded.notices).encode(), dtype=np.uint8))

    key = content_key("decoded", CACHE_FORMAT, source.fingerprint(), config.image_size)
    arrays = Cache(cache).get_or_create(key, make)
    notices = json.loads(arrays.pop("notices").tobytes())
    dataset = ImageDataset(
        name=_short_name(config, folder),
        class_names=source.class_names,
        notices=(*source.notices, *notices),
        **arrays,
    )
    return _with_class_order(dataset, config.classes) if config.classes else dataset


def class_names(config: DatasetConfig) -> tuple[str, ...]:
    """Return the class names of a dataset by class index, without decoding images.

    Raises:
        DataError: the dataset is missing or incomplete, or has other classes than ``config.classes``.
    """
    folder = _dataset_folder(config.name, config.path)
    found = find_source(config.name, folder, config.held_out, config.classes).class_names
    if config.classes:
        positions_of_classes(config.classes, found, _short_name(config, folder), POSTER)
    return config.classes or found


def dataset_notices(config: DatasetConfig) -> tuple[str, ...]:
    """Return the notices about a dataset that are known without decoding images."""
    folder = _dataset_folder(config.name, config.path)
    try:
        return find_source(config.name, folder, config.held_out, config.classes).notices
    except DataError:
        return ()


def dataset_status(name: str, path: str = "") -> DatasetStatus:
    """Return the status of a dataset, without decoding images.

    Args:
        name: name of a dataset, name of an added folder, or 'folder'.
        path: folder of the dataset; empty: the added or downloaded folder.

    Raises:
        DataError: the list of added folders is damaged.
    """
    facts = CATALOGUE.get(name)
    folder = _dataset_folder(name, path)
    title = facts.title if facts else (folder.name if name == FOLDER_DATASET else name)
    shown_path = "" if is_built_in(name, folder) else str(folder)
    try:
        source = find_source(name, folder, DEFAULT_HELD_OUT)
        return DatasetStatus(
            name=name,
            title=title,
            available=True,
            path=shown_path,
            classes=len(source.class_names),
            train_images=source.train_count,
            test_images=source.test_count,
            image_size=source.image_size,
            problem="",
            notices=source.notices,
        )
    except PoddError as error:  # one unreadable folder must not hide the other datasets
        return DatasetStatus(
            name=name,
            title=title,
            available=False,
            path=shown_path,
            classes=facts.classes if facts else 0,
            train_images=facts.train_images if facts else 0,
            test_images=facts.test_images if facts else 0,
            image_size=facts.image_size if facts else None,
            problem=str(error),
        )


def list_datasets() -> list[DatasetStatus]:
    """Return the status of all named datasets, followed by the added folders.

    Raises:
        DataError: the list of added folders is damaged.
    """
    return [dataset_status(name) for name in dict.fromkeys([*CATALOGUE, *load_user_folders()])]


def add_folder(path: Path, name: str = "") -> DatasetStatus:
    """Add a folder of images, as a dataset of its own or in place of a named dataset.

    Args:
        path: folder of images; never modified.
        name: name for the folder. The name of a named dataset makes the folder replace that dataset.
            Empty: the named dataset whose published files the folder contains, otherwise the folder name.
            A folder that only has the name of a named dataset does not replace that dataset. It gets the
            name of its parent in addition.

    Returns:
        The status of the added dataset.

    Raises:
        DataError: the folder cannot be used, the name belongs to another folder, or the list of
            added folders is damaged.
        StorageError: the list of added folders cannot be written.
    """
    folder = Path(os.path.realpath(user_path(path, DataError)))
    check_is_folder(folder, FOLDER_EXPECTED, DataError)
    require_storable(folder, DataError)
    notices: tuple[str, ...] = ()
    if not name:
        name, notices = _default_name(folder)
    if name == FOLDER_DATASET:
        raise DataError(f"{folder}: the name {FOLDER_DATASET!r} is reserved; choose another name")
    existing = load_user_folders().get(name)
    if name not in CATALOGUE and existing not in (None, folder) and _is_folder(existing):
        raise DataError(f"{folder}: the name {name!r} is already in use for {existing}; choose another name")
    status = dataset_status(name, str(folder))
    if not status.available:
        raise DataError(status.problem)
    save_user_folder(name, folder)
    return replace(status, notices=(*notices, *status.notices))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # the system refuses access
        return False


def _default_name(folder: Path) -> tuple[str, tuple[str, ...]]:
    """Return the name under which a folder is added, and notices about this choice."""
    published = find_any_published(folder)
    if published is not None:
        return published[0], ()
    facts = CATALOGUE.get(folder.name.lower())
    if facts is None:
        return folder.name, ()
    name = f"{folder.name} ({folder.parent.name})"
    return name, (
        f"the folder is added as {name!r}, because {facts.name!r} is the name of a known dataset; use "
        f"'--name {facts.name}' to replace that dataset",
    )


def download_dataset(name: str, report: ProgressCallback = ignore_progress) -> DatasetStatus:
    """Download a named dataset that is missing or damaged.

    The function verifies the published checksum before the new files replace the old ones. Damaged
    files in an added folder stay unchanged, but the dataset no longer uses that folder.

    Args:
        name: name of a dataset.
        report: receives progress. It may raise `CancelledError` to cancel; the next call resumes the
            download.

    Returns:
        The status of the dataset.

    Raises:
        DataError: the dataset cannot be downloaded, the server fails, or the download is corrupt.
        StorageError: the disk is full.
    """
    if name not in CATALOGUE:
        raise DataError(f"{name}: this dataset cannot be downloaded; choose from {', '.join(ARCHIVES)}")
    status = check_dataset(name, report)
    if not status.available:
        download_archive(ARCHIVES[name], data_folder() / name, report)
        remove_user_folder(name)
        status = dataset_status(name)
    return status


def check_dataset(name: str, report: ProgressCallback = ignore_progress) -> DatasetStatus:
    """Read every file of a dataset to find missing and damaged files.

    The function compares published checksums and decodes all images.

    Args:
        name: name of a dataset or of an added folder.
        report: receives progress. It may raise `CancelledError` to cancel.

    Returns:
        The status of the dataset. If a file is missing or damaged, the dataset is not available and
        ``problem`` names the file. Otherwise, the notices also concern the content of the images.

    Raises:
        DataError: there is no dataset with this name, or the list of added folders is damaged.
    """
    if name not in CATALOGUE and name not in load_user_folders():
        raise DataError(
            f"{name}: there is no dataset with this name; choose a name from 'podd datasets list', or add a "
            "folder with 'podd datasets add'"
        )
    status = dataset_status(name)
    if not status.available:
        return status
    try:
        source = find_source(name, _dataset_folder(name, ""), DEFAULT_HELD_OUT)
        decoded = _read(source, CHECK_IMAGE_SIZE, report)
    except DataError as error:
        return replace(status, available=False, problem=str(error))
    return replace(status, notices=(*source.notices, *decoded.notices))


def _read(source: DatasetSource, image_size: int, report: ProgressCallback) -> DecodedImages:
    """Decode all images, and examine their pixels if each image has a file that a notice can name."""
    decoded = source.read(image_size, report)
    if not isinstance(source, ImageFiles):
        return decoded
    train, test = ([file.path for file in files] for files in (source.train, source.test))
    return replace(decoded, notices=(*decoded.notices, *image_notices(decoded, train, test)))


def _dataset_folder(name: str, path: str) -> Path:
    """Return the folder where a dataset is expected."""
    if path:
        return user_path(path, DataError)
    return load_user_folders().get(name, data_folder() / name)


def _short_name(config: DatasetConfig, folder: Path) -> str:
    """Return the name of the dataset, or the name of the folder for an image folder."""
    return folder.name if config.name == FOLDER_DATASET else config.name


def _with_class_order(dataset: ImageDataset, class_names: tuple[str, ...]) -> ImageDataset:
    """Return a dataset whose labels are indices into ``class_names``. The images are not copied."""
    positions = positions_of_classes(class_names, dataset.class_names, dataset.name, POSTER)
    index = np.argsort(positions)
    if np.array_equal(index, np.arange(len(index))):
        return replace(dataset, class_names=class_names)
    return replace(
        dataset,
        class_names=class_names,
        train_labels=index[dataset.train_labels],
        test_labels=index[dataset.test_labels],
    )
