"""Distances between classes from a text table, with or without class names."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from podd_engine.class_order.distance_cells import has_decimal_comma, is_missing, is_numeric, parse_distance
from podd_engine.class_order.distances import Distances, DistancesError
from podd_engine.class_order.table_dialect import candidate_tables
from podd_engine.class_order.table_layout import TableLayout, best_layout, is_index
from podd_engine.data.class_matching import match_classes

TOLERANCE = 1e-6
"""Tolerated rounding error relative to the largest distance, for symmetry, sign and the diagonal."""


@dataclass(frozen=True, eq=False)
class DistanceTable:
    """Distances read from a file.

    Args:
        path: path of the file.
        names: class names from the first row or column; None if the file has no names.
        distances: float64 [classes, classes], in the order of the file.
        note: line for the user if distances are given in one direction only; otherwise empty.
    """

    path: Path
    names: tuple[str, ...] | None
    distances: Distances
    note: str = ""

    def for_classes(self, class_names: Sequence[str]) -> Distances:
        """Return the distances in the order of ``class_names``.

        Classes are matched by name if the file has names. The numbers 0 to n - 1 or 1 to n are class indices
        unless a class has such a name. A file without names has the order of the class indices.

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
        if self.names is None:
            return self.distances
        match = match_classes(class_names, self.names)
        positions = match.positions
        if not match.complete:
            if not is_index(self.names) or max(positions) >= 0:
                raise DistancesError(
                    f"{self.path}: the classes differ from those of the dataset ({match.differences()}); "
                    "use the class names for rows and columns, or omit the names"
                )
            first = min(map(int, self.names))
            positions = tuple(self.names.index(str(index + first)) for index in range(len(class_names)))
        return self.distances[np.ix_(positions, positions)]


def read_distances(path: Path, classes: int | None = None) -> DistanceTable:
    """Read a text file of distances.

    The file is found to have commas, semicolons, tabs, pipes or spaces between the cells, and a decimal point
    or a decimal comma. The first row, the first column or both may hold class names. The diagonal may be
    empty. If a distance is given in one direction only, as in a triangular table, it is used in both.

    Args:
        path: the file.
        classes: expected number of classes, which helps if the file can be read in several ways.

    Raises:
        DistancesError: the file cannot be read, the table is not square or not symmetric, a value
            is not a finite nonnegative number, or the diagonal is not 0.
    """
    layout = best_layout(candidate_tables(path), classes)
    _check_shape(layout, path)
    columns, rows = layout.column_names, layout.row_names
    if columns and rows and columns != rows and not is_index(columns) and not is_index(rows):
        raise DistancesError(
            f"{path}: the names of rows and columns differ; use the same names in the same order for both"
        )
    names = rows if columns is None or (rows is not None and is_index(columns)) else columns
    if names is not None and len(set(names)) < len(names):
        name = next(name for name in names if names.count(name) > 1)
        raise DistancesError(f"{path}: the class name {name!r} occurs twice; use each class name once")
    values, note = _both_directions(_numbers(layout, path), layout, path)
    return DistanceTable(path, names, _validated_symmetric(values, layout, path), note)


def _check_shape(layout: TableLayout, path: Path) -> None:
    """Check that the table is square.

    Raises:
        DistancesError: the file contains no numbers, its lines differ in length, or the table is not square.
    """
    if not any(is_numeric(cell) for row in layout.body for cell in row):
        raise DistancesError(f"{path}: the file contains no distances; add one row and one column per class")
    if layout.is_square:
        return
    widths = [len(row) for row in layout.body]
    usual = max(set(widths), key=widths.count)
    for number, width in zip(layout.numbers, widths, strict=True):
        if width != usual:
            raise DistancesError(
                f"{path} line {number}: the line has {width} distances, but other lines have {usual}; "
                "use the same number of cells in every line"
            )
    if len(widths) != usual:
        raise DistancesError(
            f"{path}: the table has {len(widths)} rows and {usual} columns of distances; "
            "use one row and one column per class"
        )
    names = len(layout.column_names or ())
    raise DistancesError(
        f"{path}: the first line has {names} names, but there are {usual} columns of distances; "
        "use one name per column"
    )


def _numbers(layout: TableLayout, path: Path) -> Distances:
    """Return the distances of a square table, NaN for empty cells."""
    filled = [cell for row in layout.body for cell in row if not is_missing(cell)]
    decimal_comma = has_decimal_comma(filled, path)
    return np.array(
        [
            [
                np.nan
                if is_missing(cell)
                else parse_distance(cell, f"{path} {_location(layout, row, column)}", decimal_comma)
                for column, cell in enumerate(cells)
            ]
            for row, cells in enumerate(layout.body)
        ]
    )


def _both_directions(values: Distances, layout: TableLayout, path: Path) -> tuple[Distances, str]:
    """Use distances that are given in one direction for both directions. An empty diagonal becomes 0.

    Args:
        values: float64 [classes, classes], NaN for empty cells.
        layout: the table, for messages.
        path: the file, for messages.

    Returns:
        The complete distances, and a note for the user, empty if the table was complete.

    Raises:
        DistancesError: a distance is not given in any direction.
    """
    values = np.where(np.eye(len(values), dtype=bool) & np.isnan(values), 0, values)
    lower = np.tril(np.ones_like(values, dtype=bool), -1)
    for empty in (lower, lower.T):
        # Programs that keep one triangle of a matrix write zeros in the other.
        if (values[empty] == 0).all() and np.nan_to_num(values[empty.T]).any():
            values = np.where(empty, np.nan, values)
    missing = np.isnan(values)
    values = np.where(missing, values.T, values)
    if np.isnan(values).any():
        row, column = np.argwhere(np.isnan(values))[0]
        raise DistancesError(
            f"{path} {_location(layout, row, column)}: the distance is missing; enter a distance"
        )
    if not missing.any():
        return values, ""
    for empty, triangle in ((lower, "upper"), (lower.T, "lower")):
        if (missing == empty).all():
            return (
                values,
                f"{path.name} contains only the {triangle} triangle, which is used for both directions",
            )
    count = int(missing.sum())
    return (
        values,
        f"{path.name} contains {count} of the distances in one direction only, which is used for both",
    )


def _location(layout: TableLayout, row: int, column: int) -> str:
    return f"line {layout.numbers[row]}, column {layout.first_columns[row] + column}"


def _validated_symmetric(values: Distances, layout: TableLayout, path: Path) -> Distances:
    """Check the distances and remove rounding errors.

    Args:
        values: float64 [classes, classes].
        layout: the table, for messages.
        path: the file, for messages.

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
        return _location(layout, row, column)

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
