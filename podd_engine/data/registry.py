"""Registry of datasets: find, read, download and check them by name."""

from dataclasses import dataclass, replace
from pathlib import Path

from podd_engine.config.dataset_catalogue import CATALOGUE, FOLDER_DATASET
from podd_engine.config.schema import DatasetConfig
from podd_engine.data import cifar, cub200, image_folder, tiny_imagenet
from podd_engine.data.cache import Cache, EntryWriter, content_key
from podd_engine.data.cifar_names import CIFAR10_NAMES, CIFAR100_NAMES
from podd_engine.data.dataset import DatasetSource, ImageDataset
from podd_engine.data.digits import Digits
from podd_engine.data.download import ARCHIVES, download_archive
from podd_engine.data.user_folders import load_user_folders, remove_user_folder, save_user_folder
from podd_engine.errors import DataError
from podd_engine.io.app_dirs import data_folder
from podd_engine.progress import ProgressCallback, ignore_progress

CACHE_FORMAT = 1
"""Version of the cached data. Increase it when the decoding of images changes."""

DEFAULT_HELD_OUT: float = DatasetConfig().held_out

DIGITS = "digits"

REQUIRED_CLASS_NAMES: dict[str, tuple[str, ...]] = {
    DIGITS: Digits.class_names,
    "cifar10": CIFAR10_NAMES,
    "cifar100": CIFAR100_NAMES,
}
"""Required class folders when a folder replaces a named dataset. For other datasets, the class indices
follow the sorted folder names."""

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
        config: name, folder, image size and held-out fraction.
        cache: cache folder; None: the cache folder of the system.
        report: receives progress. It may raise `CancelledError` to cancel; this leaves no incomplete
            cache entry.

    Returns:
        The dataset. Its arrays are memory-mapped from the cache; writing to them does not change the files.

    Raises:
        DataError: the dataset is missing, incomplete or unreadable.
        StorageError: the cache cannot be written.

    Example:
        >>> import podd_engine
        >>> digits = podd_engine.load_dataset(podd_engine.load_config("digits").dataset)
        >>> digits.test_images.shape
        (360, 8, 8, 1)
    """
    folder = _dataset_folder(config.name, config.path)
    source = _find_source(config.name, folder, config.held_out)

    def make(entry: EntryWriter) -> None:
        decoded = source.read(config.image_size, report)
        entry.write_array("train_images", decoded.train.images)
        entry.write_array("train_labels", decoded.train.labels)
        entry.write_array("test_images", decoded.test.images)
        entry.write_array("test_labels", decoded.test.labels)

    key = content_key("decoded", CACHE_FORMAT, source.fingerprint(), config.image_size)
    arrays = Cache(cache).get_or_create(key, make)
    name = folder.name if config.name == FOLDER_DATASET else config.name
    return ImageDataset(name=name, class_names=source.class_names, notices=(), **arrays)


def class_names(config: DatasetConfig) -> tuple[str, ...]:
    """Return the class names of a dataset by class index, without decoding images.

    Raises:
        DataError: the dataset is missing or incomplete.
    """
    return _find_source(config.name, _dataset_folder(config.name, config.path), config.held_out).class_names


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
    shown_path = "" if _is_built_in(name, folder) else str(folder)
    try:
        source = _find_source(name, folder, DEFAULT_HELD_OUT)
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
        )
    except DataError as error:
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

    Returns:
        The status of the added dataset.

    Raises:
        DataError: the folder cannot be used, the name belongs to another folder, or the list of
            added folders is damaged.
        StorageError: the list of added folders cannot be written.
    """
    folder = path.expanduser().resolve()
    name = name or next((known for known in CATALOGUE if _find_published(known, folder)), folder.name)
    if name == FOLDER_DATASET:
        raise DataError(f"{folder}: the name {FOLDER_DATASET!r} is reserved; choose another name")
    existing = load_user_folders().get(name)
    if name not in CATALOGUE and existing not in (None, folder) and existing.is_dir():
        raise DataError(f"{folder}: the name {name!r} is already in use for {existing}; choose another name")
    status = dataset_status(name, str(folder))
    if not status.available:
        raise DataError(status.problem)
    save_user_folder(name, folder)
    return status


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
        ``problem`` names the file.

    Raises:
        DataError: the list of added folders is damaged.
    """
    status = dataset_status(name)
    if not status.available:
        return status
    try:
        _find_source(name, _dataset_folder(name, ""), DEFAULT_HELD_OUT).read(CHECK_IMAGE_SIZE, report)
    except DataError as error:
        return replace(status, available=False, problem=str(error))
    return status


def _dataset_folder(name: str, path: str) -> Path:
    """Return the folder where a dataset is expected."""
    if path:
        return Path(path).expanduser()
    return load_user_folders().get(name, data_folder() / name)


def _is_built_in(name: str, folder: Path) -> bool:
    return name == DIGITS and folder == data_folder() / DIGITS


def _find_source(name: str, folder: Path, share: float) -> DatasetSource:
    """Find a dataset in ``folder``: its published files, or class folders that replace them.

    Raises:
        DataError: the dataset is missing or incomplete, or its classes are wrong.
    """
    if _is_built_in(name, folder):
        return Digits()
    if name not in CATALOGUE:
        return image_folder.scan_folder(folder, share)
    facts = CATALOGUE[name]
    published = _find_published(name, folder)
    if published is not None:
        return published
    if not folder.is_dir():
        raise DataError(
            f"{facts.title} is not at {folder}; download it with 'podd datasets get {name}', or set "
            "dataset.path to its folder"
        )
    return image_folder.scan_folder(
        folder, share, REQUIRED_CLASS_NAMES.get(name, ()), facts.classes, facts.channels == 3
    )


def _find_published(name: str, folder: Path) -> DatasetSource | None:
    """Find the published files of a named dataset in ``folder``.

    Raises:
        DataError: the published files are incomplete or damaged.
    """
    match name:
        case "cifar10":
            return cifar.find(folder, cifar.CIFAR10)
        case "cifar100":
            return cifar.find(folder, cifar.CIFAR100)
        case "cub200":
            return cub200.find(folder)
        case "tiny-imagenet":
            return tiny_imagenet.find(folder)
    return None
