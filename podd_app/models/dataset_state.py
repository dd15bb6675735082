"""What the window knows of the dataset the settings speak of, as one immutable value."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from podd_engine.config.dataset_catalogue import CATALOGUE
from podd_engine.data.cifar_names import CIFAR10_NAMES, CIFAR100_NAMES

_NAMES = {
    "digits": tuple(str(digit) for digit in range(10)),
    "cifar10": CIFAR10_NAMES,
    "cifar100": CIFAR100_NAMES,
}
"""Class names known before a dataset is read."""


@dataclass(frozen=True)
class DatasetState:
    """The dataset the settings speak of, as far as the window knows it.

    Args:
        name, path: as in the config's dataset section.
        title: for people.
        class_names: by class index; empty while unknown.
        train_images: number of training images; 0 while unknown.
        channels: 1 gray, 3 color.
        ready: whether a run could read it now.
        reason: why it is not ready and what to do, one sentence.
    """

    name: str
    path: str
    title: str
    class_names: tuple[str, ...] = ()
    train_images: int = 0
    channels: int = 3
    ready: bool = True
    reason: str = ""

    @classmethod
    def from_catalogue(cls, name: str, path: str) -> "DatasetState":
        """What the catalogue knows, before anything was read."""
        facts = CATALOGUE.get(name)
        if facts is None:
            return cls(
                name, path, Path(path).name or QCoreApplication.translate("DatasetState", "Folder of images")
            )
        names = _NAMES.get(name, ())
        return cls(name, path, facts.title, names, facts.train_images, facts.channels)
