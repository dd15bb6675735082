"""The one shape every dataset has once read, and the one shape it is read from."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from podd_engine.progress import ProgressCallback

Images = NDArray[np.uint8]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class ImageDataset:
    """A classification dataset in memory.

    Args:
        name: name of the dataset, or of its folder.
        class_names: names by class index.
        train_images: uint8 [images, height, width, channels], channels 1 or 3.
        train_labels: int64 [images], class indices.
        test_images: like ``train_images``.
        test_labels: like ``train_labels``.
    """

    name: str
    class_names: tuple[str, ...]
    train_images: Images
    train_labels: Labels
    test_images: Images
    test_labels: Labels


@dataclass(frozen=True)
class LabeledImages:
    """Images uint8 [images, height, width, channels] and their class indices int64 [images]."""

    images: Images
    labels: Labels


class DatasetSource(Protocol):
    """A dataset found but not read yet: what is known without decoding an image."""

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
        """Side of its images, px; of the first image where they differ."""
        ...

    def fingerprint(self) -> str:
        """A text that changes when the images or their labels change (names, sizes, times).

        Raises:
            DataError: a file is missing.
        """
        ...

    def read(self, image_size: int, report: ProgressCallback) -> tuple[LabeledImages, LabeledImages]:
        """Training and test images, as squares of ``image_size`` px.

        Raises:
            DataError: a file is missing, damaged or cannot be decoded; the message names it.
        """
        ...
