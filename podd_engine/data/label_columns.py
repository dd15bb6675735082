"""Recognition of the columns of a table of labels: file name, label and split."""

import os
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from podd_engine.data.image_formats import image_suffixes
from podd_engine.data.image_index import ImageIndex
from podd_engine.data.split_names import SplitRole, split_name

SAMPLE_ROWS = 200
"""Number of rows that decide which column contains file names."""

_LABEL_HEADERS = (
    *("label", "labels", "classname", "class", "classes", "category", "categoryname", "breed", "species"),
    *("target", "labelname", "classlabel", "diagnosis", "dx", "tag", "y", "classid", "labelid", "categoryid"),
    *("classindex", "level"),
)
"""Headers of the column of labels, in order of precedence, without case and separators."""

Row = Sequence[str]


@dataclass(frozen=True)
class LabelColumns:
    """Meaning of the columns of a table.

    Args:
        file: index of the column of file names.
        label: returns the label of a row, or an empty text.
        split: returns the part of the dataset of a row; None if the table has no such column.
        has_header: whether the first row contains the headers.
    """

    file: int
    label: Callable[[Row], str]
    split: Callable[[Row], SplitRole | None] | None
    has_header: bool


def file_column(rows: Sequence[Row], index: ImageIndex) -> tuple[int, int]:
    """Return the column whose cells name the most different images, and their number.

    Args:
        rows: rows of a table. Only the first ones are examined.
        index: the images.
    """
    sample = rows[:SAMPLE_ROWS]
    counts = [
        len({index.find(row[column]) for row in sample if column < len(row)} - {None})
        for column in range(max(map(len, sample), default=0))
    ]
    best = max(counts, default=0)
    return (counts.index(best), best) if best else (0, 0)


def find_columns(rows: Sequence[Row], file: int, index: ImageIndex) -> LabelColumns | None:
    """Find the columns of labels and splits.

    Args:
        rows: rows of a table.
        file: column of file names.
        index: the images.

    Returns:
        The columns, or None if no column or several columns can contain the labels.
    """
    first = rows[0][file].strip() if file < len(rows[0]) else ""
    has_header = len(rows) > 1 and index.find(first) is None and not first.isdigit() and not _is_file(first)
    headers = [_folded(cell) for cell in rows[0]] if has_header else []
    body = rows[1:] if has_header else rows
    others = [column for column in range(max(map(len, rows))) if column != file]
    values = {column: [row[column].strip() for row in body if column < len(row)] for column in others}
    splits = [column for column in others if _is_split(values[column])]
    split = splits[0] if splits else None
    candidates = [column for column in others if column != split and any(values[column])]
    read_split = None if split is None else lambda row: _role(_cell(row, split))
    label = _named_column(candidates, headers)
    if label is None and has_header and _is_one_hot(candidates, values):
        names = [_cell(rows[0], column) for column in range(len(rows[0]))]
        return LabelColumns(file, lambda row: _hot_name(row, names, candidates), read_split, has_header)
    if label is None:
        label = _repeating_column(candidates, values)
    if label is None:
        return None
    return LabelColumns(file, lambda row: _cell(row, label), read_split, has_header)


def _named_column(candidates: list[int], headers: list[str]) -> int | None:
    for wanted in _LABEL_HEADERS:
        for column in candidates:
            if column < len(headers) and headers[column] == wanted:
                return column
    return None


def _repeating_column(candidates: list[int], values: dict[int, list[str]]) -> int | None:
    """Return the only column, or the only column whose values repeat and are not measured numbers."""
    if len(candidates) == 1:
        return candidates[0]
    repeating = [
        column
        for column in candidates
        if 1 < len(set(values[column])) <= len(values[column]) / 2
        and not any("." in value for value in values[column])
    ]
    return repeating[0] if len(repeating) == 1 else None


def _is_split(values: list[str]) -> bool:
    return bool(values) and all(_role(value) for value in values) and len(set(values)) > 1


def _role(value: str) -> SplitRole | None:
    found = split_name(value)
    return found.role if found is not None and not found.rest else None


def _is_one_hot(candidates: list[int], values: dict[int, list[str]]) -> bool:
    columns = [values[column] for column in candidates]
    if len(columns) < 2 or any(len(column) != len(columns[0]) for column in columns):
        return False
    return all(
        set(row) <= {"0", "1", "0.0", "1.0"} and sum(map(float, row)) == 1
        for row in zip(*columns, strict=True)
    )


def _hot_name(row: Row, names: list[str], candidates: list[int]) -> str:
    return next((names[column] for column in candidates if _cell(row, column) in ("1", "1.0")), "")


def _cell(row: Row, column: int) -> str:
    """Return a cell in Unicode form NFC, because equal labels can have different forms."""
    return unicodedata.normalize("NFC", row[column].strip()) if column < len(row) else ""


def _is_file(cell: str) -> bool:
    """Whether a cell names an image. Programs such as R write dots in headers, for example "image.name"."""
    return os.path.splitext(cell)[1].lower() in image_suffixes()  # noqa: PTH122 - not a path of this system


def _folded(header: str) -> str:
    return "".join(char for char in header.casefold() if char.isalnum())
