"""Common types of all datasets: the dataset in memory, and the source that reads it."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from podd_engine.errors import DataError
from podd_engine.progress import ProgressCallback

Images = NDArray[np.uint8]
Labels = NDArray[np.int64]


class DatasetMissingError(DataError):
    """A named dataset is not on this machine."""


@dataclass(frozen=True)
class ImageDataset:
    """A classification dataset in memory.

    Args:
        name: name of the dataset; for a folder of images, the name of the folder.
        class_names: names by class index.
        train_images: uint8 [images, height, width, channels], channels 1 or 3.
        train_labels: int64 [images], class indices.
        test_images: like ``train_images``.
        test_labels: like ``train_labels``.
        notices: one-line sentences that the user should know, for example about skipped files.
    """

    name: str
    class_names: tuple[str, ...]
    train_images: Images
    train_labels: Labels
    test_images: Images
    test_labels: Labels
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class LabeledImages:
    """Images with their labels.

    Args:
        images: uint8 [images, height, width, channels].
        labels: int64 [images], class indices.
    """

    images: Images
    labels: Labels


@dataclass(frozen=True)
class DecodedImages:
    """All images of a dataset at one size, as a `DatasetSource` returns them.

    Args:
        train: training images.
        test: test images.
        notices: one-line sentences about the reading that the user should know.
    """

    train: LabeledImages
    test: LabeledImages
    notices: tuple[str, ...] = ()


class DatasetSource(Protocol):
    """A dataset on disk. Its properties are known without decoding the images."""

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names by class index."""
        ...

    @property
    def train_count(self) -> int:
        """Number of training images."""
        ...

    @property
    def test_count(self) -> int:
        """Number of test images."""
        ...

    @property
    def image_size(self) -> int:
        """Native side of the images in px; the side of the first training image if sizes vary."""
        ...

    @property
    def notices(self) -> tuple[str, ...]:
        """One-line notices about files and labels that are known without decoding the images."""
        ...

    def fingerprint(self) -> str:
        """Return a text that changes when the images or labels change (names, sizes and times of files).

        Raises:
            DataError: a file is missing.
        """
        ...

    def read(self, image_size: int, report: ProgressCallback) -> DecodedImages:
        """Read and resize all images.

        Args:
            image_size: side of the returned square images, in px.
            report: receives progress in images or files.

        Returns:
            The training images, the test images, and notices for the user.

        Raises:
            DataError: a file is missing, damaged or cannot be decoded; the message names the file.
        """
        ...
