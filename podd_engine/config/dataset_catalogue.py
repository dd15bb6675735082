"""What is known about the named datasets before anything is read; imports no torch."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DatasetInfo:
    """Published facts of a named dataset.

    Args:
        name: the name used in configs.
        title: the name shown to people.
        summary: one sentence.
        classes: number of classes.
        train_images: number of training images.
        test_images: number of test images.
        image_size: native side, px; None where sizes vary.
        channels: 1 gray, 3 color.
    """

    name: str
    title: str
    summary: str
    classes: int
    train_images: int
    test_images: int
    image_size: int | None
    channels: int


CATALOGUE: dict[str, DatasetInfo] = {
    facts.name: facts
    for facts in (
        DatasetInfo("digits", "Digits", "Handwritten digits, part of the program", 10, 1437, 360, 8, 1),
        DatasetInfo("cifar10", "CIFAR-10", "Small photographs of ten things", 10, 50_000, 10_000, 32, 3),
        DatasetInfo(
            "cifar100", "CIFAR-100", "Small photographs of a hundred things", 100, 50_000, 10_000, 32, 3
        ),
        DatasetInfo("cub200", "CUB-200-2011", "Photographs of 200 bird species", 200, 5_994, 5_794, None, 3),
        DatasetInfo(
            "tiny-imagenet", "Tiny ImageNet", "200 ImageNet classes at 64 px", 200, 100_000, 10_000, 64, 3
        ),
    )
}

FOLDER_DATASET = "folder"
"""Dataset name of a folder of images that stands for itself; the config names its path."""
