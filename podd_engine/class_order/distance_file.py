"""Distances between classes from a CSV file, with or without class names."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from podd_engine.class_order.class_words import normalize_name
from podd_engine.class_order.distances import Distances, DistancesError

TOLERANCE = 1e-6
"""Tolerated rounding error relative to the largest distance, for symmetry, sign and the diagonal."""


@dataclass(frozen=True, eq=False)
class DistanceTable:
    """Distances read from a file.

    Args:
        path: path of the file.
        names: class names from the first row or column; None if the file has no names.
        distances: float64 [classes, classes], in the order of the file.
    """

    path: Path
    names: tuple[str, ...] | None
    distances: Distances

    def for_classes(self, class_names: Sequence[str]) -> Distances:
        """Return the distances in the order of ``class_names``.

        Classes are matched by name if the file has names, otherwise by index.

        Args:
            class_names: names by class index.

        Raises:
            DistancesError: the file has different classes.
        """
        if len(self.distances) != len(class_names):
            raise DistancesError(
                f"{self.path}: the file has distances between {len(self.distances)} classes, but the dataset "
                f"has {len(class_names)} classes; choose a file for this dataset"
            )
        if self.names is None or _are_indices(list(self.names)):
            return self.distances
        row = {normalize_name(name): index for index, name in enumerate(self.names)}
        missing = [name for name in class_names if normalize_name(name) not in row]
        if missing:
            raise DistancesError(
                f"{self.path}: class {missing[0]!r} is missing; "
                "use the class names for rows and columns, or omit the names"
            )
        order = [row[normalize_name(name)] for name in class_names]
        return self.distances[np.ix_(order, order)]


def read_distances(path: Path) -> DistanceTable:
    """Read a CSV file of distances.

    The separator is a comma, semicolon or tab. The first row, the first column or both may hold
    class names.

    Args:
        path: UTF-8 text file.

    Raises:
        DistancesError: the file cannot be read, the table is not square or not symmetric, a value
            is not a finite nonnegative number, or the diagonal is not 0.
    """
    lines, numbers = _read_cells(path)
    header, side = _has_header_row(lines), _has_name_column(lines)
    column_names = tuple(lines[0][side:]) if header else None
    row_names = tuple(line[0] for line in lines[header:]) if side else None
    if column_names and row_names and column_names != row_names:
        raise DistancesError(f"{path}: the names of rows and columns differ; use the same names for both")
    names = column_names or row_names
    if names and len(set(map(normalize_name, names))) < len(names):
        raise DistancesError(f"{path}: a class name occurs twice; use each class name once")
    body, numbers = [line[side:] for line in lines[header:]], numbers[header:]
    if not body or len(body) != len(body[0]):
        column_count = len(body[0]) if body else 0
        raise DistancesError(
            f"{path}: the table has {len(body)} rows and {column_count} columns of distances; "
            "use one row and one column per class"
        )
    values = np.array(
        [
            [
                _parse_finite(cell, f"{path} line {number}, column {column}")
                for column, cell in enumerate(line, 1 + side)
            ]
            for number, line in zip(numbers, body, strict=True)
        ]
    )
    return DistanceTable(path, names, _validated_symmetric(values, path, numbers, side))


def _read_cells(path: Path) -> tuple[list[list[str]], list[int]]:
    """Return the stripped cells of all nonblank lines, and the line numbers of these lines.

    Raises:
        DistancesError: the file cannot be read or is empty, or its lines differ in length.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DistancesError(f"{path}: file does not exist; choose a CSV file of distances") from None
    except (OSError, UnicodeDecodeError) as error:
        raise DistancesError(
            f"{path}: file cannot be read as text ({error}); choose a CSV file of distances"
        ) from None
    rows = text.splitlines()
    first = next((row for row in rows if row.strip()), "")
    reader = csv.reader(rows, delimiter=max(",;\t", key=first.count))
    lines, numbers = [], []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append([cell.strip() for cell in cells])
                numbers.append(reader.line_num)
    except csv.Error as error:
        raise DistancesError(
            f"{path} line {reader.line_num}: invalid CSV ({error}); correct this line"
        ) from None
    if not lines:
        raise DistancesError(f"{path}: the file is empty; add one row and one column of distances per class")
    for number, line in zip(numbers, lines, strict=True):
        if len(line) != len(lines[0]):
            raise DistancesError(
                f"{path} line {number}: the line has {len(line)} cells, but the first line has "
                f"{len(lines[0])}; use the same number of cells in every line"
            )
    return lines, numbers


def _has_header_row(lines: list[list[str]]) -> bool:
    """Tell whether the first line holds class names.

    This is the case if its first cell is empty, if most of its cells are words, or if it holds the
    class indices and the table has more lines than columns.
    """
    first = lines[0]
    return not first[0] or _mostly_words(first[1:]) or (len(lines) > len(first) and _are_indices(first))


def _has_name_column(lines: list[list[str]]) -> bool:
    """Tell whether the first column holds class names, by the rules of `_has_header_row`."""
    first = [line[0] for line in lines]
    return not first[0] or _mostly_words(first[1:]) or (len(lines[0]) > len(first) and _are_indices(first))


def _are_indices(cells: list[str]) -> bool:
    return cells == [str(index) for index in range(len(cells))]


def _mostly_words(cells: list[str]) -> bool:
    return sum(not _is_number(cell) for cell in cells) > len(cells) / 2


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _parse_finite(cell: str, location: str) -> float:
    if not _is_number(cell):
        raise DistancesError(f"{location}: {cell!r} is not a number; enter a distance")
    value = float(cell)
    if not np.isfinite(value):
        raise DistancesError(f"{location}: {cell} is not a finite number; enter a distance")
    return value


def _validated_symmetric(values: Distances, path: Path, numbers: list[int], side: bool) -> Distances:
    """Check the distances and remove rounding errors.

    Args:
        values: float64 [classes, classes].
        path: path of the file, for error messages.
        numbers: line number of each row.
        side: whether the file has a column of names.

    Returns:
        The distances, exactly symmetric, nonnegative and 0 on the diagonal.

    Raises:
        DistancesError: a value deviates from these rules by more than a rounding error.
    """
    tolerance = TOLERANCE * max(1.0, float(np.abs(values).max()))

    def first(wrong: np.ndarray) -> tuple[int, int] | None:
        cells = np.argwhere(wrong)
        return (int(cells[0, 0]), int(cells[0, 1])) if len(cells) else None

    def location(row: int, column: int) -> str:
        return f"line {numbers[row]}, column {column + 1 + side}"

    if at := first(values < -tolerance):
        raise DistancesError(
            f"{path} {location(*at)}: {values[at]:g} is negative; enter a distance of at least 0"
        )
    if at := first(np.diag(np.abs(np.diag(values)) > tolerance)):
        raise DistancesError(
            f"{path} {location(*at)}: the value on the diagonal is {values[at]:g}, not 0; if the values are "
            "similarities, use 1 - similarity"
        )
    if at := first(np.abs(values - values.T) > tolerance):
        raise DistancesError(
            f"{path} {location(*at)}: {values[at]:g} differs from {values.T[at]:g} in {location(*at[::-1])}; "
            "make the table symmetric"
        )
    symmetric = np.clip((values + values.T) / 2, 0, None)
    np.fill_diagonal(symmetric, 0)
    return symmetric
