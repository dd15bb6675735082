"""Layout of a distance table: which row and column hold names, and which triangle is filled."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product

from podd_engine.class_order.distance_cells import is_missing, is_numeric, is_zero
from podd_engine.class_order.table_dialect import CellTable


@dataclass(frozen=True)
class TableLayout:
    """One reading of the cells of a file.

    Args:
        column_names: names in the first row; None without such a row.
        row_names: names in the first column; None without such a column.
        body: cells with distances, one list per row.
        numbers: line number of each row of ``body``.
        first_columns: column in the file of the first cell of each row of ``body``, counted from 1.
    """

    column_names: tuple[str, ...] | None
    row_names: tuple[str, ...] | None
    body: list[list[str]]
    numbers: list[int]
    first_columns: list[int]

    @property
    def is_square(self) -> bool:
        """Whether every row has as many cells as there are rows, and as many names if there are names."""
        count = len(self.body)
        return count > 0 and all(len(part) == count for part in (*self.body, *self._names))

    @property
    def numeric_share(self) -> float:
        """Share of the cells that hold a number or are empty."""
        cells = [cell for row in self.body for cell in row]
        return sum(is_numeric(cell) or is_missing(cell) for cell in cells) / max(1, len(cells))

    @property
    def regularity(self) -> float:
        """Share of the rows that have the most frequent number of cells."""
        widths = Counter(map(len, self.body))
        return max(widths.values(), default=0) / max(1, len(self.body))

    @property
    def is_valid(self) -> bool:
        """Whether the reading is consistent: a square of numbers with names that fit.

        Names can be numbers. Then the diagonal must show that the first row or column holds no distances.
        """
        if not self.is_square or self.numeric_share < 1:
            return False
        columns, rows = self.column_names, self.row_names
        agree = columns is None or rows is None or columns == rows or is_index(columns) or is_index(rows)
        named = all(all(part) for part in self._names)
        sure = columns == rows or any(map(is_index, self._names))
        diagonal = all(is_zero(cell) or (sure and is_missing(cell)) for cell in self._diagonal)
        return agree and named and (diagonal or not self.has_numeric_names)

    @property
    def has_numeric_names(self) -> bool:
        """Whether all names of the columns or all names of the rows are numbers."""
        return any(all(map(is_numeric, part)) for part in self._names)

    @property
    def diagonal_rank(self) -> int:
        """2 if the diagonal of a square table is zero, 1 if it is empty, otherwise 0."""
        return 2 * all(map(is_zero, self._diagonal)) or int(all(map(is_missing, self._diagonal)))

    @property
    def _names(self) -> list[tuple[str, ...]]:
        return [part for part in (self.column_names, self.row_names) if part is not None]

    @property
    def _diagonal(self) -> list[str]:
        return [self.body[index][index] for index in range(len(self.body))]


def best_layout(tables: Iterable[CellTable], classes: int | None) -> TableLayout:
    """Return the reading of a file that looks most like a table of distances.

    Args:
        tables: cells of the file for each possible delimiter, at least one.
        classes: expected number of classes; None: unknown.
    """
    layouts = [layout for table in tables for layout in _layouts(table)]
    completed = [triangle for layout in layouts for triangle in _completed_triangles(layout, classes)]
    valid = [layout for layout in (*layouts, *completed) if layout.is_valid]
    if valid:
        return max(valid, key=lambda layout: _rank(layout, classes))
    return max(layouts, key=_error_rank)


def _rank(layout: TableLayout, classes: int | None) -> tuple[float, ...]:
    count = len(layout.body)
    return layout.diagonal_rank, count == classes, count


def _error_rank(layout: TableLayout) -> tuple[float, ...]:
    """Rank readings that are not valid, so that the message for the user describes the likely mistake."""
    # With a wrong delimiter, all rows have one cell.
    has_columns = max(map(len, layout.body), default=0) > 1
    is_square = layout.is_square and not layout.has_numeric_names
    first_lines = [
        part for row in layout.body[:1] for part in (row, [cells[0] for cells in layout.body if cells])
    ]
    has_words = any(sum(map(is_numeric, part)) < len(part) / 2 for part in first_lines)
    return (
        has_columns,
        is_square and not has_words,
        not layout.has_numeric_names,
        layout.numeric_share * layout.regularity,
    )


def is_index(names: Sequence[str]) -> bool:
    """Whether the names are the numbers 0 to n - 1 or 1 to n, in any order."""
    count = len(names)
    return any(
        sorted(names) == sorted(str(number) for number in range(first, first + count)) for first in (0, 1)
    )


def _layouts(table: CellTable) -> list[TableLayout]:
    """Return the readings with and without names of columns and rows."""
    found = []
    for header, side in product((False, True), repeat=2):
        rows = table.rows[header:]
        if header and side and is_numeric(table.rows[0][0]) and len(table.rows[0]) == len(table.rows[-1]):
            continue  # the corner of names is empty or holds a word
        names = table.rows[0] if header else None
        if names is not None and side:
            # R writes no cell for the corner.
            names = names[1:] if len(names) > len(rows) or not names[0] else names
        body = [row[side:] for row in rows]
        found.append(
            TableLayout(
                column_names=None if names is None else tuple(names),
                row_names=tuple(row[0] for row in rows) if side else None,
                body=body,
                numbers=table.numbers[header:],
                first_columns=[1 + side] * len(body),
            )
        )
    return found


def _completed_triangles(layout: TableLayout, classes: int | None) -> list[TableLayout]:
    """Return the layout with empty cells in place of the cells that a triangular table leaves out.

    Without names of rows, a triangle without the diagonal has no line for the row that would be empty.

    Args:
        layout: reading of the cells in the file.
        classes: expected number of classes; None: unknown.
    """
    empty_row = [(layout.numbers[0], 1, list[str]())] if layout.row_names is None and layout.numbers else []
    rows = list(zip(layout.numbers, layout.first_columns, layout.body, strict=True))
    completed = []
    for lines in (rows, [*empty_row, *rows], [*rows, *empty_row]):
        count, widths = len(lines), [len(row) for _, _, row in lines]
        for diagonal in (0, 1):
            lower = widths == [index + diagonal for index in range(count)]
            upper = widths == [count - 1 - index + diagonal for index in range(count)]
            is_expected = count in (len(rows), classes)
            if count > 1 and is_expected and (lower or upper):
                completed.append(_padded(layout, lines, at_end=lower))
    return completed


def _padded(layout: TableLayout, lines: list[tuple[int, int, list[str]]], at_end: bool) -> TableLayout:
    numbers, columns, rows = map(list, zip(*lines, strict=True))
    gaps = [[""] * (len(rows) - len(row)) for row in rows]
    return replace(
        layout,
        body=[row + gap if at_end else gap + row for row, gap in zip(rows, gaps, strict=True)],
        numbers=numbers,
        first_columns=columns
        if at_end
        else [first - len(gap) for first, gap in zip(columns, gaps, strict=True)],
    )
