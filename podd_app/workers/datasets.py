"""Finding, fetching, reading and preparing datasets."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from podd_engine.config.dataset_catalogue import CATALOGUE, FOLDER_DATASET
from podd_engine.config.schema import DatasetConfig
from podd_engine.data import registry
from podd_engine.data.dataset import Images
from podd_engine.data.registry import DatasetStatus
from podd_engine.data.user_folders import load_user_folders, remove_user_folder
from podd_engine.errors import DataError
from podd_engine.progress import ProgressCallback


@dataclass(frozen=True)
class DatasetCheck:
    """A dataset that settings name.

    Args:
        config: what was asked for.
        status: where it is and whether it can be read.
        class_names: by class index; empty while it cannot be read.
    """

    config: DatasetConfig
    status: DatasetStatus
    class_names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class ImageCollection:
    """Images, and which of them belong to each class.

    Args:
        images: uint8 [images, height, width, channels], mapped from the cache.
        by_class: for each class, int64 [images of the class], indices in the dataset's order.
    """

    images: Images
    by_class: tuple[NDArray[np.int64], ...]


@dataclass(frozen=True, eq=False)
class ImagesByClass:
    """A dataset, read.

    Args:
        config: what was asked for.
        class_names: by class index.
        train, test: its two parts.
    """

    config: DatasetConfig
    class_names: tuple[str, ...]
    train: ImageCollection
    test: ImageCollection


@dataclass(frozen=True)
class PreparedDataset:
    """A dataset that is ready on disk.

    Args:
        config: what was asked for.
        number_of_bytes: of the prepared images.
    """

    config: DatasetConfig
    number_of_bytes: int


def list_all_datasets(report: ProgressCallback) -> tuple[DatasetStatus, ...]:
    """The named datasets, then the added folders."""
    return tuple(registry.list_datasets())


def check_dataset(config: DatasetConfig, report: ProgressCallback) -> DatasetCheck:
    """The dataset of some settings; one that is missing is no error but a status that says so."""
    status = registry.dataset_status(config.name, config.path)
    return DatasetCheck(config, status, registry.class_names(config) if status.available else ())


def download(name: str, report: ProgressCallback) -> DatasetStatus:
    """Fetch a named dataset that is not here, or whose files are damaged."""
    return registry.download_dataset(name, report)


def add(folder: Path, report: ProgressCallback) -> DatasetStatus:
    """Remember a folder under its own name, or a longer one where that is taken."""
    try:
        return registry.add_folder(folder)
    except DataError:
        if folder.name not in {FOLDER_DATASET, *CATALOGUE, *load_user_folders()}:
            raise
        return registry.add_folder(folder, f"{folder.name} ({folder.parent.name})")


def set_dataset_location(name: str, folder: Path, report: ProgressCallback) -> DatasetStatus:
    """Remember that the dataset ``name`` lies in ``folder``."""
    return registry.add_folder(folder, name)


def remove(name: str, report: ProgressCallback) -> None:
    """Take an added folder off the list; the folder itself stays."""
    remove_user_folder(name)


def read(config: DatasetConfig, report: ProgressCallback) -> ImagesByClass:
    """Decode a dataset, or take it from the cache."""
    dataset = registry.load_dataset(config, report=report)
    classes = len(dataset.class_names)
    return ImagesByClass(
        config,
        dataset.class_names,
        ImageCollection(dataset.train_images, _by_class(dataset.train_labels, classes)),
        ImageCollection(dataset.test_images, _by_class(dataset.test_labels, classes)),
    )


def prepare(config: DatasetConfig, report: ProgressCallback) -> PreparedDataset:
    """Decode, fit the preprocessing and apply it, so that a run finds everything on disk."""
    from podd_engine.data.preprocessing import prepare_dataset  # loads torch: only once asked for

    data = prepare_dataset(config, report=report)
    return PreparedDataset(config, data.train.nbytes + data.test.nbytes)


def _by_class(labels: NDArray[np.int64], classes: int) -> tuple[NDArray[np.int64], ...]:
    ordered = np.argsort(labels, kind="stable")
    edges = np.cumsum(np.bincount(labels, minlength=classes))[:-1]
    return tuple(np.split(ordered, edges))
