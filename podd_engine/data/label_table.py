"""Labels of images in a table (CSV or TSV) in the folder of the images, as in many competitions.

The columns are found by their content: one column names image files, with or without folder and suffix.
Another column contains the labels, or there is one column of zeros and ones per class. A further column
can contain the split.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from podd_engine.data.image_index import ImageIndex
from podd_engine.data.label_columns import LabelColumns, Row, file_column, find_columns
from podd_engine.data.split_names import SplitRole
from podd_engine.errors import DataError
from podd_engine.io.os_errors import read_error_text
from podd_engine.io.text_file import read_text

TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})

_DELIMITERS = (",", "\t", ";", "|", " ")
_MAX_BYTES = 1 << 26
"""Size of the largest table that is examined. Larger tables contain pixels, not labels."""

_MIN_SHARE = 0.5
"""Minimum fraction of the rows that name an image, or of the images that the table names."""


@dataclass(frozen=True)
class LabelTable:
    """Labels of images.

    Args:
        path: the table.
        labels: label by path of the image.
        splits: part of the dataset by path of the image; empty if the table has no such column.
        notices: one line for each kind of problem: missing files, missing labels and repeated lines.
    """

    path: Path
    labels: dict[str, str]
    splits: dict[str, SplitRole]
    notices: tuple[str, ...]


def find_label_table(tables: Iterable[Path], index: ImageIndex) -> LabelTable | None:
    """Return the table that names the images best, or None if no table names them.

    Args:
        tables: files that can contain labels. Files that are not tables of images are ignored.
        index: the images.

    Raises:
        DataError: a table cannot be read, its column of labels is unclear, or an image has two labels.
    """
    found: list[tuple[tuple[float, bool], Path, list[Row], int]] = []
    for path in tables:
        # A sample submission lists the test images of a competition with invented labels.
        if path.suffix.lower() not in TABLE_SUFFIXES or "submission" in path.name.lower():
            continue
        rows, column = _read_rows(path, index)
        share = _matched_share(rows, column, index)
        if share >= _MIN_SHARE:
            is_named = any(word in path.name.lower() for word in ("label", "train"))
            found.append(((share, is_named), path, rows, column))
    if not found:
        return None
    _, path, rows, column = max(found, key=lambda entry: entry[0])
    columns = find_columns(rows, column, index)
    if columns is None:
        raise DataError(
            f"{path}: the column of labels is not clear (columns: {', '.join(rows[0])}); name the column "
            "'label'"
        )
    return _read_labels(path, rows, columns, index)


def _read_rows(path: Path, index: ImageIndex) -> tuple[list[Row], int]:
    """Return the rows of a table and the column of file names. No rows if the file is not a table."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            return [], 0
        lines = read_text(path).split("\n")
    except UnicodeError:
        return [], 0
    except OSError as error:
        raise DataError(read_error_text(path, error)) from error
    lines = [line for line in lines if line.strip(" ,;|\t")]
    if lines and lines[0].lower().startswith("sep="):
        del lines[0]
    best: tuple[int, list[Row], int] = (0, [], 0)
    for delimiter in _DELIMITERS:
        try:
            rows: list[Row] = [
                row
                for row in csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
                if row and not _is_comment(row, index)
            ]
        except csv.Error:
            continue
        column, matched = file_column(rows, index)
        if matched > best[0] and any(len(row) > 1 for row in rows):
            best = matched, rows, column
    return best[1], best[2]


def _is_comment(row: Row, index: ImageIndex) -> bool:
    """Whether a line is a comment. The name of an image can start with "#" too."""
    return row[0].startswith("#") and not any(map(index.find, row))


def _matched_share(rows: Sequence[Row], column: int, index: ImageIndex) -> float:
    """Return the fraction of the rows that name an image, or of the images that have a row if that is larger.

    The fraction is 0 if the table only names images outside ``index.images``.
    """
    matched = {index.find(row[column]) for row in rows if column < len(row)} - {None}
    primary = matched.intersection(index.images)
    return max(len(matched) / len(rows), len(primary) / len(index.images)) if primary else 0.0


def _read_labels(path: Path, rows: Sequence[Row], columns: LabelColumns, index: ImageIndex) -> LabelTable:
    labels: dict[str, str] = {}
    splits: dict[str, SplitRole] = {}
    missing: list[str] = []
    repeated: list[str] = []
    unlabeled: list[str] = []
    for row in rows[1:] if columns.has_header else rows:
        cell = row[columns.file].strip() if columns.file < len(row) else ""
        image, label = index.find(cell), columns.label(row)
        if image is None:
            missing.append(cell)
        elif image in labels and label not in ("", labels[image]):
            raise DataError(
                f"{path}: {image} has the labels {labels[image]!r} and {label!r}; keep one line per image"
            )
        elif image in labels:
            repeated.append(image)
        elif not label:
            unlabeled.append(image)
        else:
            labels[image] = label
            role = columns.split(row) if columns.split else None
            if role:
                splits[image] = role
    listed = {*labels, *unlabeled}
    unlabeled += [image for image in index.images if image not in listed]
    problems = (
        (missing, "listed file does not exist", "listed files do not exist"),
        (unlabeled, "image has no label and is not used", "images have no label and are not used"),
        (repeated, "line repeats an image", "lines repeat an image"),
    )
    notices = tuple(
        f"{path.name}: {len(names):,} {one if len(names) == 1 else many} (for example {', '.join(names[:2])})"
        for names, one, many in problems
        if names
    )
    return LabelTable(path, labels, splits, (f"the labels are from {path.name}", *notices))
