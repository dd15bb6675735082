"""State of the dataset that the settings refer to."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from podd_engine.config.dataset_catalogue import CATALOGUE
from podd_engine.data.cifar_names import CIFAR10_NAMES, CIFAR100_NAMES

_CLASS_NAMES = {
    "digits": tuple(str(digit) for digit in range(10)),
    "cifar10": CIFAR10_NAMES,
    "cifar100": CIFAR100_NAMES,
}
"""Class names that are known before a dataset is read."""


@dataclass(frozen=True)
class DatasetState:
    """Dataset of the settings, as far as the GUI knows it.

    Args:
        name, path: values of ``dataset.name`` and ``dataset.path``.
        title: title for display.
        class_names: class names by class index; empty while unknown.
        train_images: number of training images; 0 while unknown.
        channels: 1 for gray images, 3 for color images.
        ready: whether a run can read the dataset now.
        reason: reason and remedy if ``ready`` is False, as one sentence; empty otherwise.
        recorded_classes: value of ``dataset.classes``. If it is not empty, the class indices follow it.
    """

    name: str
    path: str
    title: str
    class_names: tuple[str, ...] = ()
    train_images: int = 0
    channels: int = 3
    ready: bool = True
    reason: str = ""
    recorded_classes: tuple[str, ...] = ()

    @classmethod
    def before_reading(cls, name: str, path: str, classes: tuple[str, ...]) -> "DatasetState":
        """Return the state that is known before the dataset is read.

        Args:
            name: value of ``dataset.name``.
            path: value of ``dataset.path``.
            classes: value of ``dataset.classes``.
        """
        entry = CATALOGUE.get(name)
        if entry is None:
            title = Path(path).name or QCoreApplication.translate("DatasetState", "Image folder")
            return cls(name, path, title, classes, recorded_classes=classes)
        names = classes or _CLASS_NAMES.get(name, ())
        return cls(
            name, path, entry.title, names, entry.train_images, entry.channels, recorded_classes=classes
        )

    @property
    def settings(self) -> tuple[str, str, tuple[str, ...]]:
        """Values of ``dataset.name``, ``dataset.path`` and ``dataset.classes``."""
        return self.name, self.path, self.recorded_classes
