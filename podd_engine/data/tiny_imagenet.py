"""Tiny ImageNet from its published folder, read in place: nothing is moved or rewritten.

    wnids.txt                       n02124075             the classes; indices follow their sorted order
    words.txt                       n02124075<tab>Egyptian cat, …
    train/<wnid>/images/*.JPEG
    train/<wnid>/<wnid>_boxes.txt   a row an image
    val/images/*.JPEG
    val/val_annotations.txt         val_0.JPEG<tab>n03444034<tab>box…

The labels of its test images were never published: its validation images are the test set here.
"""

from pathlib import Path

from podd_engine.data.image_files import ImageFile, ImageFiles
from podd_engine.data.image_folder import list_images
from podd_engine.data.text_tables import check_files_exist, read_rows
from podd_engine.errors import DataError

FOLDER_NAME = "tiny-imagenet-200"
MARKER = "wnids.txt"


def find(folder: Path) -> ImageFiles | None:
    """The dataset in ``folder`` or in the published folder below it; None when it is not there.

    Raises:
        DataError: it is there, but incomplete.
    """
    for candidate in (folder, folder / FOLDER_NAME):
        if (candidate / MARKER).is_file():
            return _read_lists(candidate)
    return None


def _read_lists(folder: Path) -> ImageFiles:
    classes = sorted({row[0] for row in read_rows(folder / MARKER, 1)})
    index = {wnid: position for position, wnid in enumerate(classes)}
    words = {row[0]: row[1] for row in read_rows(folder / "words.txt", 2, "\t")}
    names = tuple(words.get(wnid, wnid).partition(",")[0].strip().replace(" ", "_") for wnid in classes)
    train = tuple(ImageFile(path, index[wnid]) for wnid in classes for path in _train_images(folder, wnid))
    annotations = folder / "val" / "val_annotations.txt"
    test: list[ImageFile] = []
    for name, wnid, *_ in read_rows(annotations, 2, "\t"):
        if wnid not in index:
            raise DataError(f"{annotations}: class {wnid} is not in {MARKER}; copy the dataset again")
        test.append(ImageFile(f"val/images/{name}", index[wnid]))
    check_files_exist(folder, test)
    return ImageFiles(folder, names, train, tuple(test), color=True)


def _train_images(folder: Path, wnid: str) -> list[str]:
    """Training images of a class, as many as its list of boxes says."""
    found = list_images(folder, f"train/{wnid}/images")
    boxes = folder / "train" / wnid / f"{wnid}_boxes.txt"
    listed = len(read_rows(boxes, 1)) if boxes.is_file() else len(found)
    if len(found) < listed:
        raise DataError(
            f"{folder / 'train' / wnid}: has {len(found)} of {listed} images; "
            "the dataset is incomplete, fetch or copy it again"
        )
    return found
