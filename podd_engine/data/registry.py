"""All datasets by name: where each lies, whether it can be used, and how it is read."""

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
"""Raise when images are decoded differently, so that old cache entries are not used."""

DEFAULT_HELD_OUT: float = DatasetConfig().held_out

DIGITS = "digits"

REQUIRED_CLASS_NAMES: dict[str, tuple[str, ...]] = {
    DIGITS: Digits.class_names,
    "cifar10": CIFAR10_NAMES,
    "cifar100": CIFAR100_NAMES,
}
"""Class names that a folder standing in for a dataset must have; else its folders count in sorted order."""

CHECK_IMAGE_SIZE = 8
"""Side at which `check_dataset` decodes images, px; every byte is read at any size."""


@dataclass(frozen=True)
class DatasetStatus:
    """Whether a dataset can be used, found without decoding an image.

    Args:
        name: name in configs; for an added folder the name it was added under.
        title: name shown to people.
        available: whether it can be read.
        path: its folder; for a named dataset that is not here, where it would be looked for; empty
            for digits, which are part of the program.
        classes: number of classes; 0 where unknown.
        train_images: number of training images; 0 where unknown.
        test_images: number of test images; 0 where unknown.
        image_size: side of its images, px (of the first where sizes vary); None where unknown.
        problem: why it is not available and what to do, one line; else empty.
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


def load_dataset(
    config: DatasetConfig, cache: Path | None = None, report: ProgressCallback = ignore_progress
) -> ImageDataset:
    """Read a dataset, decoded from its files the first time and from the cache after that.

    Args:
        config: name, folder, image size and held-out share.
        cache: cache folder; None: the system's.
        report: receives progress; raising `CancelledError` from it ends the work and leaves no half cache.

    Returns:
        The dataset; its arrays are mapped from the cache, and writing to them changes no file.

    Raises:
        DataError: the dataset is missing, incomplete or unreadable.
        StorageError: the cache cannot be written.
    """
    where = _dataset_folder(config.name, config.path)
    source = _find_source(config.name, where, config.held_out)

    def make(entry: EntryWriter) -> None:
        train, test = source.read(config.image_size, report)
        entry.write_array("train_images", train.images)
        entry.write_array("train_labels", train.labels)
        entry.write_array("test_images", test.images)
        entry.write_array("test_labels", test.labels)

    key = content_key("decoded", CACHE_FORMAT, source.fingerprint(), config.image_size)
    arrays = Cache(cache).get_or_create(key, make)
    name = where.name if config.name == FOLDER_DATASET else config.name
    return ImageDataset(name=name, class_names=source.class_names, **arrays)


def class_names(config: DatasetConfig) -> tuple[str, ...]:
    """Class names of a dataset by class index; decodes no image.

    Raises:
        DataError: the dataset is missing or incomplete.
    """
    return _find_source(config.name, _dataset_folder(config.name, config.path), config.held_out).class_names


def dataset_status(name: str, path: str = "") -> DatasetStatus:
    """Where a dataset lies and whether it can be used; decodes nothing.

    Args:
        name: a named dataset, the name of an added folder, or 'folder'.
        path: folder to look in; empty: the remembered or downloaded one.
    """
    facts = CATALOGUE.get(name)
    where = _dataset_folder(name, path)
    title = facts.title if facts else (where.name if name == FOLDER_DATASET else name)
    shown = "" if _is_built_in(name, where) else str(where)
    try:
        source = _find_source(name, where, DEFAULT_HELD_OUT)
        return DatasetStatus(
            name=name,
            title=title,
            available=True,
            path=shown,
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
            path=shown,
            classes=facts.classes if facts else 0,
            train_images=facts.train_images if facts else 0,
            test_images=facts.test_images if facts else 0,
            image_size=facts.image_size if facts else None,
            problem=str(error),
        )


def list_datasets() -> list[DatasetStatus]:
    """The named datasets, then the folders that were added."""
    return [dataset_status(name) for name in dict.fromkeys([*CATALOGUE, *load_user_folders()])]


def add_folder(path: Path, name: str = "") -> DatasetStatus:
    """Remember a folder of images, on its own or in place of a named dataset.

    Args:
        path: the folder; only ever read.
        name: what to call it; the name of a named dataset lets the folder stand in for it; empty: the
            dataset whose published form it is, else the folder's own name.

    Raises:
        DataError: the folder cannot be used, or the name is taken by another folder.
    """
    where = path.expanduser().resolve()
    name = name or next((known for known in CATALOGUE if _find_published(known, where)), where.name)
    if name == FOLDER_DATASET:
        raise DataError(f"{where}: the name {FOLDER_DATASET!r} stands for any folder; choose another name")
    taken = load_user_folders().get(name)
    if name not in CATALOGUE and taken not in (None, where) and taken.is_dir():
        raise DataError(f"{where}: the name {name!r} is taken by {taken}; choose another name")
    status = dataset_status(name, str(where))
    if not status.available:
        raise DataError(status.problem)
    save_user_folder(name, where)
    return status


def download_dataset(name: str, report: ProgressCallback = ignore_progress) -> DatasetStatus:
    """Download a named dataset that is not here yet, or whose files are damaged.

    What comes is checked against its published checksum before it takes the place of what was there.
    Damaged files in a folder of the person's own stay as they are, and are no longer used.

    Args:
        name: a named dataset.
        report: receives progress; raising `CancelledError` from it ends the download, and the next goes on.

    Raises:
        DataError: it is not one that can be downloaded, the server fails, or the download is corrupt.
        StorageError: the disk is full.
    """
    if name not in CATALOGUE:
        raise DataError(f"{name}: is not a dataset that can be downloaded; choose from {', '.join(ARCHIVES)}")
    status = check_dataset(name, report)
    if not status.available:
        download_archive(ARCHIVES[name], data_folder() / name, report)
        remove_user_folder(name)
        status = dataset_status(name)
    return status


def check_dataset(name: str, report: ProgressCallback = ignore_progress) -> DatasetStatus:
    """Read every file of a dataset: checksums where they are published, decoding where they are images.

    Args:
        name: a named dataset, or the name of an added folder.
        report: receives progress; raising `CancelledError` from it ends the check.

    Returns:
        Its status; not available, with the problem, when files are missing or broken.
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
    """The folder a dataset is looked for in."""
    if path:
        return Path(path).expanduser()
    return load_user_folders().get(name, data_folder() / name)


def _is_built_in(name: str, where: Path) -> bool:
    return name == DIGITS and where == data_folder() / DIGITS


def _find_source(name: str, where: Path, share: float) -> DatasetSource:
    """Find a dataset in ``where``: in its published form, or as class folders that stand in for it."""
    if _is_built_in(name, where):
        return Digits()
    if name not in CATALOGUE:
        return image_folder.scan_folder(where, share)
    facts = CATALOGUE[name]
    published = _find_published(name, where)
    if published is not None:
        return published
    if not where.is_dir():
        raise DataError(
            f"{facts.title} is not at {where}; get it with 'podd datasets get {name}', or set dataset.path "
            "to the folder that holds it"
        )
    return image_folder.scan_folder(
        where, share, REQUIRED_CLASS_NAMES.get(name, ()), facts.classes, facts.channels == 3
    )


def _find_published(name: str, where: Path) -> DatasetSource | None:
    match name:
        case "cifar10":
            return cifar.find(where, cifar.CIFAR10)
        case "cifar100":
            return cifar.find(where, cifar.CIFAR100)
        case "cub200":
            return cub200.find(where)
        case "tiny-imagenet":
            return tiny_imagenet.find(where)
    return None
