"""Distances between classes from a CSV file, with or without the classes' names around them."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from podd_engine.class_order.class_words import normalize_name
from podd_engine.class_order.distances import Distances, DistancesError

TOLERANCE = 1e-6
"""Rounding that is forgiven, relative to the largest distance: in symmetry, signs and the diagonal."""


@dataclass(frozen=True, eq=False)
class DistanceTable:
    """Distances as read from a file.

    Args:
        path: the file.
        names: class names from its first row or column; None where it has none.
        distances: float64 [classes, classes], in the file's order.
    """

    path: Path
    names: tuple[str, ...] | None
    distances: Distances

    def for_classes(self, class_names: Sequence[str]) -> Distances:
        """The distances in the order of ``class_names``, matched by name where the file has names.

        Raises:
            DistancesError: the file has other classes.
        """
        if len(self.distances) != len(class_names):
            raise DistancesError(
                f"{self.path}: has distances between {len(self.distances)} classes, "
                f"but there are {len(class_names)}"
            )
        if self.names is None or _are_indices(list(self.names)):
            return self.distances
        row = {normalize_name(name): index for index, name in enumerate(self.names)}
        missing = [name for name in class_names if normalize_name(name) not in row]
        if missing:
            raise DistancesError(
                f"{self.path}: has no class {missing[0]!r}; "
                "name rows and columns after the classes, or leave out the names"
            )
        order = [row[normalize_name(name)] for name in class_names]
        return self.distances[np.ix_(order, order)]


def read_distances(path: Path) -> DistanceTable:
    """Read a CSV file (comma, semicolon or tab) of distances; a row and a column of names may frame them.

    Raises:
        DistancesError: the file cannot be read, or its table is not square, or a cell is no number,
            not finite, negative, or differs from its mirror image, or the diagonal is not 0.
    """
    lines, numbers = _read_cells(path)
    header, side = _has_header_row(lines), _has_name_column(lines)
    across = tuple(lines[0][side:]) if header else None
    down = tuple(line[0] for line in lines[header:]) if side else None
    if across and down and across != down:
        raise DistancesError(f"{path}: its rows and columns are named differently; give both the same names")
    names = across or down
    if names and len(set(map(normalize_name, names))) < len(names):
        raise DistancesError(f"{path}: a class is named twice; name each class once")
    body, numbers = [line[side:] for line in lines[header:]], numbers[header:]
    if not body or len(body) != len(body[0]):
        across_count = len(body[0]) if body else 0
        raise DistancesError(
            f"{path}: has {len(body)} rows and {across_count} columns of distances; "
            "give one row and one column for each class"
        )
    values = np.array(
        [
            [
                _parse_finite(cell, f"{path} line {number}, column {at}")
                for at, cell in enumerate(line, 1 + side)
            ]
            for number, line in zip(numbers, body, strict=True)
        ]
    )
    return DistanceTable(path, names, _validated_symmetric(values, path, numbers, side))


def _read_cells(path: Path) -> tuple[list[list[str]], list[int]]:
    """The cells of every line that is not blank, stripped, and the lines' numbers in the file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DistancesError(f"{path}: there is no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise DistancesError(f"{path}: cannot be read as text ({error})") from None
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
        raise DistancesError(f"{path} line {reader.line_num}: is no line of a CSV file ({error})") from None
    if not lines:
        raise DistancesError(f"{path}: is empty; give one row and one column of distances for each class")
    for number, line in zip(numbers, lines, strict=True):
        if len(line) != len(lines[0]):
            raise DistancesError(
                f"{path} line {number}: has {len(line)} cells, but the first line has {len(lines[0])}"
            )
    return lines, numbers


def _has_header_row(lines: list[list[str]]) -> bool:
    """Whether the first line holds names: mostly words, an empty corner, or indices on top of a square."""
    first = lines[0]
    return not first[0] or _mostly_words(first[1:]) or (len(lines) > len(first) and _are_indices(first))


def _has_name_column(lines: list[list[str]]) -> bool:
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
        raise DistancesError(f"{location}: {cell!r} is not a number")
    value = float(cell)
    if not np.isfinite(value):
        raise DistancesError(f"{location}: {cell} is not a finite number")
    return value


def _validated_symmetric(values: Distances, path: Path, numbers: list[int], side: bool) -> Distances:
    """``values`` made exactly symmetric, at least 0, 0 on the diagonal; forgiving no more than rounding."""
    tolerance = TOLERANCE * max(1.0, float(np.abs(values).max()))

    def first(wrong: np.ndarray) -> tuple[int, int] | None:
        pages = np.argwhere(wrong)
        return (int(pages[0, 0]), int(pages[0, 1])) if len(pages) else None

    def location(row: int, column: int) -> str:
        return f"line {numbers[row]}, column {column + 1 + side}"

    if at := first(values < -tolerance):
        raise DistancesError(f"{path} {location(*at)}: {values[at]:g} is negative; distances are at least 0")
    if at := first(np.diag(np.abs(np.diag(values)) > tolerance)):
        raise DistancesError(
            f"{path} {location(*at)}: {values[at]:g} on the diagonal; a class is at distance 0 from itself "
            "(write similarities as 1 - similarity)"
        )
    if at := first(np.abs(values - values.T) > tolerance):
        raise DistancesError(
            f"{path} {location(*at)}: {values[at]:g}, but {values.T[at]:g} in {location(*at[::-1])}; "
            "a distance is the same both ways"
        )
    symmetric = np.clip((values + values.T) / 2, 0, None)
    np.fill_diagonal(symmetric, 0)
    return symmetric
