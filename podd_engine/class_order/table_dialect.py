"""Cells of a text table with an unknown delimiter, as spreadsheets, pandas, R and NumPy write it."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from podd_engine.class_order.distances import DistancesError
from podd_engine.io.os_errors import read_error_text
from podd_engine.io.text_file import read_text

DELIMITERS = (",", ";", "\t", "|")
COLUMNS, SPACES = "columns", "spaces"
"""Delimiters of aligned columns: at least two spaces, so that names can contain one, or any spaces."""

_SEPARATOR_LINE = re.compile(r'\s*"?sep=(.)"?[\s,;|]*', re.IGNORECASE)
"""First line by which Excel declares the delimiter."""

_RULE = re.compile(r"[\s|:+=-]*(-{3,}|={3,})[\s|:+=-]*")
"""Line below the header of a Markdown table or a text table."""

_COLUMN_GAP = re.compile(r"\t|[ \u00a0]{2,}")
_SPACES = re.compile(r"[ \t\u00a0]+")


@dataclass(frozen=True)
class CellTable:
    """Cells of a file with one delimiter.

    Args:
        rows: stripped cells of every line.
        numbers: line number in the file of each row.
    """

    rows: list[list[str]]
    numbers: list[int]


def candidate_tables(path: Path) -> list[CellTable]:
    """Return the cells of a text file for each delimiter that the file may have.

    Blank lines, rows of empty cells, comment lines (``#`` or ``%``) and the line ``sep=`` are left out.
    Further candidates contain the rows of empty cells, and the comment lines, because class names can start
    with ``#`` or ``%`` too. NumPy writes a comment with the names above the table.

    Args:
        path: text file in any encoding that `read_text` detects.

    Raises:
        DistancesError: the file cannot be read, is empty, or its quotation marks are invalid.
    """
    lines = _read_lines(path)
    delimiters: tuple[str, ...] = (*DELIMITERS, COLUMNS, SPACES)
    declared = _SEPARATOR_LINE.fullmatch(lines[0][1]) if lines else None
    if declared:
        delimiters = (SPACES if declared[1] == " " else declared[1],)
        del lines[0]
    candidates, problem = [], None
    for source in _with_and_without_comments(lines):
        for delimiter in delimiters:
            try:
                table = _split(source, delimiter)
            except _InvalidQuotesError as error:
                problem = error
                continue
            for complete in _with_and_without_empty_rows(table):
                for variant in _with_and_without_title(complete):
                    candidates += _without_outer_delimiters(variant)
    if candidates:
        return candidates
    if problem is not None:
        raise DistancesError(f"{path} line {problem.line}: invalid CSV ({problem}); correct this line")
    raise DistancesError(f"{path}: the file is empty; add one row and one column of distances per class")


class _InvalidQuotesError(Exception):
    """A line cannot be split into cells."""

    def __init__(self, cause: csv.Error, line: int) -> None:
        super().__init__(str(cause))
        self.line = line


def _read_lines(path: Path) -> list[tuple[int, str]]:
    """Return the lines with content and their numbers. Tabs are content, because they delimit cells."""
    try:
        text = read_text(path)
    except OSError as error:
        raise DistancesError(read_error_text(path, error)) from error
    except UnicodeError as error:
        raise DistancesError(f"{path}: {error}; choose a CSV file of distances") from error
    numbered = enumerate(text.split("\n"), start=1)
    return [(number, line) for number, line in numbered if line.strip(" ") and not _RULE.fullmatch(line)]


def _with_and_without_comments(lines: list[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    """Return the lines with the last comment above the table as a header, without and with all comments."""
    is_comment = [line.lstrip().startswith(("#", "%")) for _, line in lines]
    plain = [line for line, comment in zip(lines, is_comment, strict=True) if not comment]
    if len(plain) == len(lines):
        return [lines]
    above = is_comment.index(False) if plain else 0
    if above == 0:
        return [plain, lines]
    number, comment = lines[above - 1]
    return [[(number, comment.lstrip().lstrip("#%")), *plain], plain, lines]


def _split(lines: list[tuple[int, str]], delimiter: str) -> CellTable:
    texts = [line for _, line in lines]
    if delimiter == COLUMNS:
        texts, delimiter = [_COLUMN_GAP.sub("\t", line.rstrip()) for line in texts], "\t"
    elif delimiter == SPACES:
        texts, delimiter = [_SPACES.sub(" ", line.strip()) for line in texts], " "
    lines_with_ends = (f"{text}\n" for text in texts)
    reader = csv.reader(lines_with_ends, delimiter=delimiter, skipinitialspace=delimiter != "\t")
    rows, numbers = [], []
    try:
        for cells in reader:
            row = [cell.strip() for cell in cells]
            if len(row) > 1 or any(row):
                rows.append(row)
                numbers.append(lines[reader.line_num - 1][0])
    except csv.Error as error:
        raise _InvalidQuotesError(error, lines[reader.line_num - 1][0]) from error
    return CellTable(rows, numbers)


def _with_and_without_empty_rows(table: CellTable) -> list[CellTable]:
    """Return the table without rows of empty cells, and the complete table if it has such rows.

    Spreadsheets add such rows below a table. A triangle without the diagonal contains one of them.
    """
    filled = [any(row) for row in table.rows]
    without = CellTable(
        [row for row, keep in zip(table.rows, filled, strict=True) if keep],
        [number for number, keep in zip(table.numbers, filled, strict=True) if keep],
    )
    return [without] if all(filled) else [without, table]


def _with_and_without_title(table: CellTable) -> list[CellTable]:
    """Return the table, and a variant without a first line that holds a title or the number of classes."""
    if len(table.rows) < 2:
        return [table] if table.rows else []
    first = [cell for cell in table.rows[0] if cell]
    is_title = len(first) == 1 and (not first[0].isdigit() or int(first[0]) == len(table.rows) - 1)
    return [table, CellTable(table.rows[1:], table.numbers[1:])] if is_title else [table]


def _without_outer_delimiters(table: CellTable) -> list[CellTable]:
    """Return the table, and variants without empty outer columns, which come from outer delimiters."""
    variants, rows = [table], table.rows
    if all(len(row) > 1 and not row[0] for row in rows):
        rows = [row[1:] for row in rows]
        variants.append(CellTable(rows, table.numbers))
    for part in (rows, rows[1:]):  # the header line may end without a delimiter
        if part and all(len(row) > 1 and not row[-1] for row in part):
            kept = rows[: len(rows) - len(part)] + [row[:-1] for row in part]
            variants.append(CellTable(kept, table.numbers))
    return variants
