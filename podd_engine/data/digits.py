"""The 8 x 8 handwritten digits of scikit-learn. They need no download."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from podd_engine.config.dataset_catalogue import CATALOGUE
from podd_engine.data.dataset import DecodedImages, LabeledImages
from podd_engine.data.image_pixels import resize_array
from podd_engine.data.train_test_split import held_out_mask
from podd_engine.io.resources import InstallationError
from podd_engine.progress import Progress, ProgressCallback

DIGITS_INFO = CATALOGUE["digits"]
MAX_PIXEL_VALUE = 16
"""Largest pixel value in the file of scikit-learn; the smallest is 0."""


class Digits:
    """The digits with a fixed, stratified split into 1437 training and 360 test images; a `DatasetSource`."""

    class_names = tuple("0123456789")
    train_count = DIGITS_INFO.train_images
    test_count = DIGITS_INFO.test_images
    image_size = 8
    notices: tuple[str, ...] = ()

    def fingerprint(self) -> str:
        """Return a constant text, because the digits never change."""
        return "scikit-learn digits"

    def read(self, image_size: int, report: ProgressCallback) -> DecodedImages:
        """Return training and test images with one channel and values scaled to 0–255."""
        table = _read_table()
        report(Progress("reading images", 0, len(table)))
        values = (table[:, :-1] * (255 / MAX_PIXEL_VALUE)).round().astype(np.uint8)
        images = resize_array(values.reshape(-1, self.image_size, self.image_size, 1), image_size)
        labels = table[:, -1].astype(np.int64)
        report(Progress("reading images", len(images), len(images)))
        test = held_out_mask(labels, self.test_count / len(labels))
        return DecodedImages(
            LabeledImages(images[~test], labels[~test]), LabeledImages(images[test], labels[test])
        )


def _read_table() -> NDArray[np.float64]:
    """Read one row per image: 64 pixels and the digit, float64 [1797, 65].

    The function reads the data file of scikit-learn without importing scikit-learn. The import is
    slow, and it fails while another thread imports torch, because SciPy then finds a partially
    initialized torch module.

    Raises:
        InstallationError: scikit-learn or its data file is missing.
    """
    package = find_spec("sklearn")
    folders = package.submodule_search_locations if package is not None else None
    file = Path(folders[0] if folders else "sklearn") / "datasets" / "data" / "digits.csv.gz"
    if not file.is_file():
        raise InstallationError(f"{file}: file of scikit-learn is missing; reinstall scikit-learn")
    return np.loadtxt(file, delimiter=",")
