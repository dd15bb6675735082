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
from podd_engine.data.image_folder import images_in
from podd_engine.data.text_tables import require, rows
from podd_engine.errors import DataError

FOLDER_NAME = "tiny-imagenet-200"
MARKER = "wnids.txt"


def find(folder: Path) -> ImageFiles | None:
    """The dataset in ``folder`` or in the published folder below it; None when it is not there.

    Raises:
        DataError: it is there, but incomplete.
    """
    for place in (folder, folder / FOLDER_NAME):
        if (place / MARKER).is_file():
            return _survey(place)
    return None


def _survey(folder: Path) -> ImageFiles:
    classes = sorted({row[0] for row in rows(folder / MARKER, 1)})
    index = {wnid: position for position, wnid in enumerate(classes)}
    words = {row[0]: row[1] for row in rows(folder / "words.txt", 2, "\t")}
    names = tuple(words.get(wnid, wnid).partition(",")[0].strip().replace(" ", "_") for wnid in classes)
    train = tuple(ImageFile(path, index[wnid]) for wnid in classes for path in _train_images(folder, wnid))
    annotations = folder / "val" / "val_annotations.txt"
    test: list[ImageFile] = []
    for name, wnid, *_ in rows(annotations, 2, "\t"):
        if wnid not in index:
            raise DataError(f"{annotations}: class {wnid} is not in {MARKER}; copy the dataset again")
        test.append(ImageFile(f"val/images/{name}", index[wnid]))
    require(folder, test)
    return ImageFiles(folder, names, train, tuple(test), colour=True)


def _train_images(folder: Path, wnid: str) -> list[str]:
    """Training images of a class, as many as its list of boxes says."""
    found = images_in(folder, f"train/{wnid}/images")
    boxes = folder / "train" / wnid / f"{wnid}_boxes.txt"
    listed = len(rows(boxes, 1)) if boxes.is_file() else len(found)
    if len(found) < listed:
        raise DataError(
            f"{folder / 'train' / wnid}: has {len(found)} of {listed} images; "
            "the dataset is incomplete, fetch or copy it again"
        )
    return found
