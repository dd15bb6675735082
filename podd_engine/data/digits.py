"""scikit-learn's 8 x 8 handwritten digits: part of the program, nothing to download."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from podd_engine.config.dataset_catalogue import CATALOGUE
from podd_engine.data.dataset import LabeledImages
from podd_engine.data.image_files import resize_array
from podd_engine.data.train_test_split import held_out_mask
from podd_engine.io.resources import InstallationError
from podd_engine.progress import Progress, ProgressCallback

DIGITS_INFO = CATALOGUE["digits"]
MAX_PIXEL_VALUE = 16
"""scikit-learn's pixels go from 0 to 16."""


class Digits:
    """The digits, split 1437 to 360 with the same mix of classes; a `DatasetSource`."""

    class_names = tuple("0123456789")
    train_count = DIGITS_INFO.train_images
    test_count = DIGITS_INFO.test_images
    image_size = 8

    def fingerprint(self) -> str:
        """The digits never change."""
        return "scikit-learn digits"

    def read(self, image_size: int, report: ProgressCallback) -> tuple[LabeledImages, LabeledImages]:
        """Training and test images, one channel, values spread to 0..255."""
        table = _table()
        report(Progress("reading images", 0, len(table)))
        values = (table[:, :-1] * (255 / MAX_PIXEL_VALUE)).round().astype(np.uint8)
        images = resize_array(values.reshape(-1, self.image_size, self.image_size, 1), image_size)
        labels = table[:, -1].astype(np.int64)
        report(Progress("reading images", len(images), len(images)))
        test = held_out_mask(labels, self.test_count / len(labels))
        return LabeledImages(images[~test], labels[~test]), LabeledImages(images[test], labels[test])


def _table() -> NDArray[np.float64]:
    """An image and its digit a row, float64 [1797, 65].

    Read from scikit-learn's file without scikit-learn: importing that takes a while, and fails while
    another thread imports torch, which SciPy then finds half there.

    Raises:
        InstallationError: scikit-learn or its file is not there.
    """
    package = find_spec("sklearn")
    pages = package.submodule_search_locations if package is not None else None
    file = Path(pages[0] if pages else "sklearn") / "datasets" / "data" / "digits.csv.gz"
    if not file.is_file():
        raise InstallationError(f"{file}: is missing from scikit-learn; install scikit-learn again")
    return np.loadtxt(file, delimiter=",")
