"""Search for a dataset in a folder: its published files, or class folders that replace them."""

from pathlib import Path

from podd_engine.config.dataset_catalogue import CATALOGUE
from podd_engine.data import cifar, cub200, image_folder, tiny_imagenet
from podd_engine.data.cifar_names import CIFAR10_NAMES, CIFAR100_NAMES
from podd_engine.data.dataset import DatasetMissingError, DatasetSource
from podd_engine.data.digits import Digits
from podd_engine.data.image_folder import FOLDER_EXPECTED
from podd_engine.errors import DataError
from podd_engine.io.app_dirs import data_folder
from podd_engine.io.file_kind import check_is_folder
from podd_engine.io.os_errors import translate_read_errors

DIGITS = "digits"

POSTER = "the poster"
"""What requires the classes in ``dataset.classes``, for messages."""

REQUIRED_CLASS_NAMES: dict[str, tuple[str, ...]] = {
    DIGITS: Digits.class_names,
    "cifar10": CIFAR10_NAMES,
    "cifar100": CIFAR100_NAMES,
}
"""Required class folders when a folder replaces a named dataset. For other datasets, the class indices
follow the natural order of the folder names."""


def is_built_in(name: str, folder: Path) -> bool:
    """Whether the dataset comes with the program and needs no files."""
    return name == DIGITS and folder == data_folder() / DIGITS


def find_source(name: str, folder: Path, share: float, class_names: tuple[str, ...] = ()) -> DatasetSource:
    """Find a dataset in ``folder``: its published files, or class folders that replace them.

    Args:
        name: name of the dataset in configs.
        folder: folder of the dataset.
        share: fraction of each class to hold out for testing.
        class_names: required class names. Class folders follow their order, so that their images have
            the same order and the same split after the folders were renamed. Published files keep their
            own order.

    Raises:
        DataError: the dataset is missing, incomplete or unreadable, or its classes are wrong.
    """
    check_is_folder(folder, FOLDER_EXPECTED, DataError)
    with translate_read_errors(folder, DataError):
        return _find_readable_source(name, folder, share, class_names)


def _find_readable_source(
    name: str, folder: Path, share: float, class_names: tuple[str, ...]
) -> DatasetSource:
    if is_built_in(name, folder):
        return Digits()
    if name not in CATALOGUE:
        found = find_any_published(folder)
        return found[1] if found else image_folder.scan_folder(folder, share, class_names, names_owner=POSTER)
    facts = CATALOGUE[name]
    published = find_published(name, folder)
    if published is not None:
        return published
    if not folder.is_dir():
        raise DatasetMissingError(
            f"{facts.title} is not at {folder}; download it with 'podd datasets get {name}', or set "
            "dataset.path to its folder"
        )
    return image_folder.scan_folder(
        folder,
        share,
        class_names or REQUIRED_CLASS_NAMES.get(name, ()),
        facts.classes,
        facts.channels == 3,
        POSTER if class_names else facts.title,
    )


def find_any_published(folder: Path) -> tuple[str, DatasetSource] | None:
    """Find the published files of any named dataset in ``folder``, and return them with its name.

    Raises:
        DataError: the published files are incomplete or damaged, or the folder cannot be read.
    """
    with translate_read_errors(folder, DataError):
        for name in CATALOGUE:
            source = find_published(name, folder)
            if source is not None:
                return name, source
    return None


def find_published(name: str, folder: Path) -> DatasetSource | None:
    """Find the published files of a named dataset in ``folder``.

    Raises:
        DataError: the published files are incomplete or damaged.
    """
    match name:
        case "cifar10":
            return cifar.find(folder, cifar.CIFAR10)
        case "cifar100":
            return cifar.find(folder, cifar.CIFAR100)
        case "cub200":
            return cub200.find(folder)
        case "tiny-imagenet":
            return tiny_imagenet.find(folder)
    return None
