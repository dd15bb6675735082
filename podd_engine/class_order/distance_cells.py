"""Numbers in the cells of a distance table, with a decimal point or a decimal comma."""

import re
from collections.abc import Iterable

from podd_engine.class_order.distances import DistancesError

MISSING = frozenset(
    {"", "-", "–", "—", ".", "*", "x", "nan", "na", "n/a", "#n/a", "#na", "<na>", "null", "none"}
)
"""Lowercase contents of cells without a distance, on the diagonal or in one triangle."""

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?", re.IGNORECASE | re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(([.,' ’\u00a0\u2009\u202f])\d{3})(\2\d{3})*([.,]\d+)?", re.ASCII)
_SINGLE_GROUP = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)
_INFINITE = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)


def is_missing(cell: str) -> bool:
    """Whether the cell contains no distance."""
    return cell.lower() in MISSING


def is_numeric(cell: str) -> bool:
    """Whether the cell contains a number, also one that `parse_distance` refuses."""
    return any(pattern.fullmatch(cell) for pattern in (_NUMBER, _GROUPED, _INFINITE))


def is_zero(cell: str) -> bool:
    """Whether the cell contains the number 0."""
    return _NUMBER.fullmatch(cell) is not None and float(cell.replace(",", ".")) == 0


def parse_distance(cell: str, location: str, decimal_comma: bool) -> float:
    """Return the number in a cell.

    Args:
        cell: stripped content of the cell.
        location: file, line and column, for messages.
        decimal_comma: whether the numbers of the table have a decimal comma.

    Raises:
        DistancesError: the cell contains no finite number, or a number with thousands separators.
    """
    if _INFINITE.fullmatch(cell):
        raise DistancesError(f"{location}: {cell} is not a finite number; enter a distance")
    if _NUMBER.fullmatch(cell) and (("." if decimal_comma else ",") not in cell):
        return float(cell.replace(",", "."))
    if _NUMBER.fullmatch(cell) or _GROUPED.fullmatch(cell):
        mark = "comma" if decimal_comma else "point"
        raise DistancesError(
            f"{location}: {cell!r} has a thousands separator or another decimal mark than other numbers; "
            f"write all numbers with a decimal {mark} and without thousands separators"
        )
    raise DistancesError(f"{location}: {cell!r} is not a number; enter a distance")


def has_decimal_comma(cells: Iterable[str], path: object) -> bool:
    """Whether the numbers of a table have a decimal comma.

    Args:
        cells: cells with numbers.
        path: file of the table, for messages.

    Raises:
        DistancesError: every comma could be a decimal comma or a thousands separator.
    """
    numbers = [cell for cell in cells if _NUMBER.fullmatch(cell)]
    commas = [cell for cell in numbers if "," in cell]
    if not commas or any("." in cell for cell in numbers):
        return False
    if all(_SINGLE_GROUP.fullmatch(cell) for cell in commas):
        raise DistancesError(
            f"{path}: the comma in {commas[0]!r} can be a decimal comma or a thousands separator; write the "
            "distances with a decimal point and without thousands separators"
        )
    return True
