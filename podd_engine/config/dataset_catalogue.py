"""Published facts of the named datasets, available without reading any files. Imports no torch."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DatasetInfo:
    """Published facts of a named dataset.

    Args:
        name: the name used in configs.
        title: the name shown to users.
        summary: one sentence without a final period.
        classes: number of classes.
        train_images: number of training images.
        test_images: number of test images.
        image_size: original side length, px; None if image sizes vary.
        channels: 1 for gray, 3 for color.
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
    dataset.name: dataset
    for dataset in (
        DatasetInfo("digits", "Digits", "Handwritten digits, built in", 10, 1437, 360, 8, 1),
        DatasetInfo("cifar10", "CIFAR-10", "Small photographs in 10 classes", 10, 50_000, 10_000, 32, 3),
        DatasetInfo("cifar100", "CIFAR-100", "Small photographs in 100 classes", 100, 50_000, 10_000, 32, 3),
        DatasetInfo("cub200", "CUB-200-2011", "Photographs of 200 bird species", 200, 5_994, 5_794, None, 3),
        DatasetInfo(
            "tiny-imagenet", "Tiny ImageNet", "200 ImageNet classes at 64 px", 200, 100_000, 10_000, 64, 3
        ),
    )
}

FOLDER_DATASET = "folder"
"""Value of ``dataset.name`` for a folder of images. ``dataset.path`` contains the path of the folder."""
