"""scikit-learn's 8 x 8 handwritten digits: part of the program, nothing to download."""

import sys
from importlib import import_module

import numpy as np

from podd_engine.data.catalogue import CATALOGUE
from podd_engine.data.dataset import LabelledImages, Progress, Report
from podd_engine.data.image_files import resize_array
from podd_engine.data.split import held_out

FACTS = CATALOGUE["digits"]
HIGHEST_VALUE = 16
"""scikit-learn's pixels go from 0 to 16."""


class Digits:
    """The digits, split 1437 to 360 with the same mix of classes; a `DatasetSource`.

    scikit-learn is imported only when they are read: it takes a while, and a cached dataset needs
    none of it.
    """

    class_names = tuple("0123456789")
    train_count = FACTS.train_images
    test_count = FACTS.test_images
    image_size = 8

    def fingerprint(self) -> str:
        """The digits never change."""
        return "scikit-learn digits"

    def read(self, image_size: int, report: Report) -> tuple[LabelledImages, LabelledImages]:
        """Training and test images, one channel, values spread to 0..255."""
        # While SciPy is imported it looks into torch if that is known, and fails on one that another
        # thread is just importing. Importing it again waits for that thread.
        if "torch" in sys.modules:
            import_module("torch")
        from sklearn.datasets import load_digits

        digits = load_digits()
        report(Progress("reading images", 0, len(digits.images)))
        values = (digits.images * (255 / HIGHEST_VALUE)).round().astype(np.uint8)
        images = resize_array(values[..., None], image_size)
        labels = digits.target.astype(np.int64)
        report(Progress("reading images", len(images), len(images)))
        test = held_out(labels, self.test_count / len(labels))
        return LabelledImages(images[~test], labels[~test]), LabelledImages(images[test], labels[test])
