"""Reading the small text tables that published datasets come with, and holding them to it."""

import os
from collections.abc import Iterable
from pathlib import Path

from podd_engine.data.image_files import ImageFile
from podd_engine.errors import DataError


def read_rows(path: Path, columns: int, separator: str | None = None) -> list[list[str]]:
    """The rows of a text file, each of at least ``columns`` columns; further ones are kept.

    Args:
        path: UTF-8 text, a row a line; empty lines are passed over.
        columns: columns needed.
        separator: between columns; None: any run of spaces.

    Raises:
        DataError: the file is missing, empty, or a row is too short.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise DataError(f"{path}: is missing; the dataset is incomplete, fetch or copy it again") from None
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read ({error}); fetch or copy the dataset again") from error
    table = [line.split(separator) for line in lines if line.strip()]
    if not table:
        raise DataError(f"{path}: is empty; the dataset is incomplete, fetch or copy it again")
    for number, row in enumerate(table, start=1):
        if len(row) < columns:
            raise DataError(f"{path}: row {number} is cut short; fetch or copy the dataset again")
    return table


def read_numbers(path: Path) -> dict[str, int]:
    """A table of ``key number`` rows.

    Raises:
        DataError: as `read_rows`, or a value is no number.
    """
    try:
        return {key: int(value) for key, value, *_ in read_rows(path, 2)}
    except ValueError as error:
        raise DataError(f"{path}: a value is no number; fetch or copy the dataset again") from error


def check_files_exist(folder: Path, files: Iterable[ImageFile]) -> None:
    """See that every listed file is there.

    Raises:
        DataError: one is missing; the message names the first.
    """
    root = str(folder)
    for file in files:
        if not os.path.exists(os.path.join(root, file.path)):  # noqa: PTH110, PTH118 - pathlib is slow here
            raise DataError(
                f"{folder / file.path}: is missing; the dataset is incomplete, fetch or copy it again"
            )
