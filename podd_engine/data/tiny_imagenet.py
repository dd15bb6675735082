"""Tiny ImageNet, read in place from the published folder. No file is moved or changed.

    wnids.txt                       n02124075             class IDs; class indices follow their sorted order
    words.txt                       n02124075<tab>Egyptian cat, …
    train/<wnid>/images/*.JPEG
    train/<wnid>/<wnid>_boxes.txt   one row per image
    val/images/*.JPEG
    val/val_annotations.txt         val_0.JPEG<tab>n03444034<tab>box…

The labels of the test images were never published, so the validation images serve as the test set.
"""

from pathlib import Path

from podd_engine.data.folder_tree import FolderTree
from podd_engine.data.image_files import ImageFile, ImageFiles
from podd_engine.data.text_tables import (
    check_files_exist,
    damaged_error,
    find_published,
    incomplete_error,
    read_rows,
)

FOLDER_NAME = "tiny-imagenet-200"
MARKER = "wnids.txt"
COMPANIONS = ("words.txt", "val/val_annotations.txt")


def find(folder: Path) -> ImageFiles | None:
    """Find Tiny ImageNet in ``folder``; see `find_published`."""
    return find_published(folder, FOLDER_NAME, MARKER, COMPANIONS, _read_lists)


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
            raise damaged_error(annotations, f"class {wnid} is not in {MARKER}")
        test.append(ImageFile(f"val/images/{name}", index[wnid]))
    check_files_exist(folder, test)
    return ImageFiles(folder, names, train, tuple(test), color=True)


def _train_images(folder: Path, wnid: str) -> list[str]:
    """Return the paths of the training images of a class.

    Raises:
        DataError: the folder is missing, or has fewer images than its list of bounding boxes.
    """
    if not (folder / "train" / wnid / "images").is_dir():
        raise incomplete_error(folder / "train" / wnid / "images", "folder is missing")
    images = FolderTree().content(folder / "train" / wnid / "images").images
    found = [f"train/{wnid}/images/{name}" for name in sorted(images)]
    boxes = folder / "train" / wnid / f"{wnid}_boxes.txt"
    listed = len(read_rows(boxes, 1)) if boxes.is_file() else len(found)
    if len(found) < listed:
        raise incomplete_error(folder / "train" / wnid, f"has {len(found)} of {listed} images")
    return found
