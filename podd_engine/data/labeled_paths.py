"""Images of a folder by class name, before the classes have indices."""

from dataclasses import dataclass

PathsByClass = dict[str, list[str]]


@dataclass(frozen=True)
class LabeledPaths:
    """Images of each class.

    Args:
        train: paths of the training images relative to the dataset, by class name.
        test: paths of the test images; None if the test images must be held out from ``train``.
        notices: one-line notices about the source of the labels and about unused folders.
    """

    train: PathsByClass
    test: PathsByClass | None
    notices: tuple[str, ...]
