"""Locates, downloads, reads and prepares datasets."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from podd_engine.config.dataset_catalogue import CATALOGUE, FOLDER_DATASET
from podd_engine.config.sections import DatasetConfig
from podd_engine.data import registry
from podd_engine.data.dataset import Images
from podd_engine.data.prepared_cache import prepared_bytes
from podd_engine.data.registry import DatasetStatus
from podd_engine.data.user_folders import load_user_folders, remove_user_folder
from podd_engine.errors import DataError
from podd_engine.progress import ProgressCallback


@dataclass(frozen=True)
class DatasetCheck:
    """Result of checking a dataset.

    Args:
        config: dataset section of the settings.
        status: location and readability of the dataset. Its notices concern files and labels.
        class_names: class names by class index; empty if the dataset cannot be read.
    """

    config: DatasetConfig
    status: DatasetStatus
    class_names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class ImageCollection:
    """Images with their indices by class.

    Args:
        images: uint8 [images, height, width, channels], memory-mapped from the cache.
        by_class: for each class, int64 [images of the class], ascending image indices.
    """

    images: Images
    by_class: tuple[NDArray[np.int64], ...]


@dataclass(frozen=True, eq=False)
class ImagesByClass:
    """Images of a dataset.

    Args:
        config: dataset section of the settings.
        class_names: class names by class index.
        train, test: training and test images.
        notices: one-line notices about the files, the labels and the content of the images.
    """

    config: DatasetConfig
    class_names: tuple[str, ...]
    train: ImageCollection
    test: ImageCollection
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class PreparedDataset:
    """Result of preparing a dataset.

    Args:
        config: dataset section of the settings.
        number_of_bytes: size of the preprocessed images.
    """

    config: DatasetConfig
    number_of_bytes: int


def list_all_datasets(report: ProgressCallback) -> tuple[DatasetStatus, ...]:
    """Return the status of all datasets of the catalogue, followed by the added folders."""
    return tuple(registry.list_datasets())


def check_dataset(config: DatasetConfig, report: ProgressCallback) -> DatasetCheck:
    """Check a dataset. A missing dataset is not an error; its status contains the problem."""
    status = registry.dataset_status(config.name, config.path)
    return DatasetCheck(config, status, registry.class_names(config) if status.available else ())


def download(name: str, report: ProgressCallback) -> DatasetStatus:
    """Download a dataset of the catalogue that is missing or has damaged files."""
    return registry.download_dataset(name, report)


def add(folder: Path, report: ProgressCallback) -> DatasetStatus:
    """Add an image folder under its own name. If the name is taken, append the name of its parent."""
    try:
        return registry.add_folder(folder)
    except DataError:
        if folder.name not in {FOLDER_DATASET, *CATALOGUE, *load_user_folders()}:
            raise
        return registry.add_folder(folder, f"{folder.name} ({folder.parent.name})")


def set_dataset_location(name: str, folder: Path, report: ProgressCallback) -> DatasetStatus:
    """Save ``folder`` as the location of the dataset ``name``."""
    return registry.add_folder(folder, name)


def remove(name: str, report: ProgressCallback) -> None:
    """Remove an added folder from the list. The files are kept."""
    remove_user_folder(name)


def read(config: DatasetConfig, report: ProgressCallback) -> ImagesByClass:
    """Read a dataset from its files, or from the cache."""
    dataset = registry.load_dataset(config, report=report)
    classes = len(dataset.class_names)
    return ImagesByClass(
        config,
        dataset.class_names,
        ImageCollection(dataset.train_images, _by_class(dataset.train_labels, classes)),
        ImageCollection(dataset.test_images, _by_class(dataset.test_labels, classes)),
        dataset.notices,
    )


def prepare(config: DatasetConfig, report: ProgressCallback) -> PreparedDataset:
    """Decode the images, and fit and apply the preprocessing, so that a run can load the result."""
    from podd_engine.data.preprocessing import prepare_dataset  # imports torch

    data = prepare_dataset(config, report=report)
    return PreparedDataset(config, data.train.nbytes + data.test.nbytes)


def find_prepared(config: DatasetConfig, report: ProgressCallback) -> PreparedDataset | None:
    """Return what an earlier preparation or run has prepared, or None. The images must have been read."""
    number_of_bytes = prepared_bytes(config, registry.load_dataset(config, report=report))
    return None if number_of_bytes is None else PreparedDataset(config, number_of_bytes)


def _by_class(labels: NDArray[np.int64], classes: int) -> tuple[NDArray[np.int64], ...]:
    ordered = np.argsort(labels, kind="stable")
    edges = np.cumsum(np.bincount(labels, minlength=classes))[:-1]
    return tuple(np.split(ordered, edges))
