"""Published dataset folders: finding them, reading their text tables and checking that they are complete."""

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from podd_engine.data.image_files import ImageFile, ImageFiles
from podd_engine.data.system_files import is_system_folder
from podd_engine.errors import DataError
from podd_engine.io.os_errors import read_error_text


def find_published(
    folder: Path,
    name: str,
    marker: str,
    companions: Sequence[str],
    read_lists: Callable[[Path], ImageFiles],
) -> ImageFiles | None:
    """Find a published dataset in one of the `published_candidates` of ``folder``.

    Args:
        folder: folder to search.
        name: published name of the dataset folder.
        marker: name of a file that identifies the dataset.
        companions: further files of the dataset. If the folder has another name, one of them must exist,
            because a folder of another dataset can contain a file called ``marker``.
        read_lists: reads the lists of images and classes in the dataset folder.

    Returns:
        The dataset, or None if no folder contains it.

    Raises:
        DataError: the dataset is incomplete or damaged.
    """
    for candidate in published_candidates(folder, name):
        is_named = candidate.name == name
        if (candidate / marker).is_file() and (
            is_named or any((candidate / other).is_file() for other in companions)
        ):
            return read_lists(candidate)
    return None


def published_candidates(folder: Path, name: str) -> list[Path]:
    """Return the folders that can be a published dataset.

    These are ``folder``, its subfolder ``name``, and the same in the only subfolder of ``folder``.

    Args:
        folder: folder to search. It need not exist.
        name: published name of the dataset folder.

    Raises:
        OSError: the folder cannot be read.
    """
    candidates = [folder, folder / name]
    if folder.is_dir():
        inner = [entry for entry in folder.iterdir() if not is_system_folder(entry.name) and entry.is_dir()]
        if len(inner) == 1:
            candidates += [inner[0], inner[0] / name]
    return candidates


def read_rows(path: Path, columns: int, separator: str | None = None) -> list[list[str]]:
    """Read the rows of a text table. Rows may have more than ``columns`` columns.

    Args:
        path: UTF-8 text with one row per line; empty lines are skipped.
        columns: minimum number of columns.
        separator: column separator; None: any run of whitespace.

    Raises:
        DataError: the file is missing, unreadable or empty, or a row has too few columns.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise incomplete_error(path, "file is missing") from None
    except OSError as error:
        raise DataError(read_error_text(path, error)) from error
    except UnicodeDecodeError as error:
        raise damaged_error(path, "file is not UTF-8 text") from error
    table = [line.split(separator) for line in lines if line.strip()]
    if not table:
        raise incomplete_error(path, "file is empty")
    for number, row in enumerate(table, start=1):
        if len(row) < columns:
            raise damaged_error(path, f"row {number} has fewer than {columns} columns")
    return table


def read_numbers(path: Path) -> dict[str, int]:
    """Read a text table with the columns key and integer.

    Raises:
        DataError: `read_rows` fails, or a value is not an integer.
    """
    try:
        return {key: int(value) for key, value, *_ in read_rows(path, 2)}
    except ValueError as error:
        raise damaged_error(path, "a value is not an integer") from error


def check_files_exist(folder: Path, files: Iterable[ImageFile]) -> None:
    """Check that every listed file exists.

    Args:
        folder: folder of the dataset.
        files: files with paths relative to ``folder``.

    Raises:
        DataError: a file is missing; the message names the first missing file.
    """
    root = str(folder)
    for file in files:
        if not os.path.exists(os.path.join(root, file.path)):  # noqa: PTH110, PTH118 - pathlib is slow here
            raise incomplete_error(folder / file.path, "file is missing")


def incomplete_error(path: Path, cause: str) -> DataError:
    """Return the error for a dataset in which something is missing."""
    return DataError(f"{path}: {cause}; the dataset is incomplete, download or copy it again")


def damaged_error(path: Path, cause: str) -> DataError:
    """Return the error for a dataset file with wrong content."""
    return DataError(f"{path}: {cause}; download or copy the dataset again")
