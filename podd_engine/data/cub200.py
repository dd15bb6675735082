"""CUB-200-2011 (Wah et al., 2011), read from the published folder. Bounding boxes are not used.

Text files in the folder list the images, their classes and the train/test split::

    classes.txt             1 001.Black_footed_Albatross
    images.txt              1 001.Black_footed_Albatross/Black_Footed_Albatross_0046_18.jpg
    image_class_labels.txt  1 1
    train_test_split.txt    1 0          (1: training image)
"""

from pathlib import Path

from podd_engine.data.image_files import ImageFile, ImageFiles
from podd_engine.data.text_tables import (
    check_files_exist,
    find_published,
    incomplete_error,
    read_numbers,
    read_rows,
)

FOLDER_NAME = "CUB_200_2011"
MARKER = "images.txt"
COMPANIONS = ("image_class_labels.txt", "train_test_split.txt")


def find(folder: Path) -> ImageFiles | None:
    """Find CUB-200-2011 in ``folder``; see `find_published`."""
    return find_published(folder, FOLDER_NAME, MARKER, COMPANIONS, _read_lists)


def _read_lists(folder: Path) -> ImageFiles:
    classes = {row[0]: row[1] for row in read_rows(folder / "classes.txt", 2)}
    order = {number: index for index, number in enumerate(classes)}
    labels = read_numbers(folder / "image_class_labels.txt")
    training = read_numbers(folder / "train_test_split.txt")
    train: list[ImageFile] = []
    test: list[ImageFile] = []
    for image, path, *_ in read_rows(folder / MARKER, 2):
        if image not in labels or image not in training or str(labels[image]) not in order:
            raise incomplete_error(folder, f"image {image} has no class or no entry in train_test_split.txt")
        file = ImageFile(f"images/{path}", order[str(labels[image])])
        (train if training[image] else test).append(file)
    check_files_exist(folder, (*train, *test))
    names = tuple(name.partition(".")[2] or name for name in classes.values())
    return ImageFiles(folder, names, tuple(train), tuple(test), color=True)
