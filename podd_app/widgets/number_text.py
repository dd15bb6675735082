"""Numbers typed or pasted as text, in the US format of the program. No widgets.

The comma separates groups of three digits and the point is the decimal sign. Text that another country
reads differently, such as ``1,5`` or ``1.000``, is rejected: a wrong guess would change a setting by a
factor of 1,000 without a message.
"""

import math
import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Literal

from PySide6.QtCore import QCoreApplication

NumberKind = Literal["whole", "real"]

_MAX_WHOLE = 2**63 - 1
_BYTE_UNIT = "MB"
_UNIT_NAMES = {"px": ("px", "pixel", "pixels"), "× average": ("× average", "×", "x")}
"""Accepted spellings of units. Other units are accepted in singular and plural."""
_MULTIPLIERS = {"": 0, "k": 3, "K": 3, "M": 6}
"""Powers of ten of the suffixes of a number, such as ``10k``."""

_SAME_MEANING = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d", "-"),
        **dict.fromkeys("\uff0b\ufe62", "+"),
        **dict.fromkeys("\uff0c\u066c", ","),
        **dict.fromkeys("\uff0e\u066b", "."),
        **dict.fromkeys("\u2019\u02bc\uff07", "'"),
        "\uff3f": "_",
    }
)
_NUMBER = re.compile(
    r"""
    (?P<sign>[+-]?)\s*
    (?P<digits>\d+(?:[,_' ]\d+)*|(?=\.\d))   # whole part, possibly grouped, or empty as in .5
    (?P<decimals>(?:\.\d*)?)
    (?P<exponent>(?:[eE][+-]?\d+)?)
    (?P<rest>(?:\s*(?:[^\W\d_]|×)\D*)?)   # a suffix or a unit
    """,
    re.VERBOSE,
)
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:(?P<separator>[,_' ])\d{3})(?:(?P=separator)\d{3})*")
_ONLY_DIGITS = re.compile(r"[+-]?[\d,._' ]+")
_LIKE_GROUPED = re.compile(r"[1-9]\d{0,2}\.\d{3,}")


class NumberTextError(ValueError):
    """Text that is not a number of the required kind, or that can be read in two ways."""


def parse_whole_numbers(text: str) -> tuple[int, ...]:
    """Return the whole numbers of a list such as ``300, 600, 1000`` or ``300; 1,000``.

    Raises:
        NumberTextError: a part is not a whole number, or can be read as one number and as several.
    """
    text = text.strip().removesuffix(",")
    if ";" in text:
        return tuple(int(parse_number(part, "whole")) for part in text.split(";") if part.strip())
    parts = re.split(r",\s+", text) if text else []
    if len(parts) > 1:
        return tuple(_single_number(part) for part in parts)
    return tuple(number for part in parts for number in _numbers_without_spaces(part))


def _single_number(part: str) -> int:
    """Return the number of a part. Reject ``10,500``, which can be two numbers without a space."""
    if _several_numbers(part):
        message = QCoreApplication.translate(
            "NumberText", "“%s” can be one number or several. Separate numbers with a comma and a space."
        )
        raise NumberTextError(message % part)
    return int(parse_number(part, "whole"))


def _numbers_without_spaces(text: str) -> tuple[int, ...]:
    """Return the numbers of a text whose commas or spaces can only separate numbers."""
    several = _several_numbers(text)
    try:
        parse_number(text, "whole")
    except NumberTextError:
        if several:
            return several
    return (_single_number(text),)


def _several_numbers(text: str) -> tuple[int, ...]:
    """Return the numbers if commas and spaces separate them. Empty if there is only one number."""
    words = re.split("[, ]+", text)
    plain = len(words) > 1 and all(word.isdecimal() and str(int(word)) == word for word in words)
    return tuple(map(int, words)) if plain else ()


def parse_number(text: str, kind: NumberKind, unit: str = "") -> int | float:
    """Return the number that ``text`` contains.

    Accepted are groups of three digits (``10,000``, ``10 000``, ``10_000``, ``10'000``), exponents
    (``1e4``), the suffixes k and M (``10k``), the unit of the setting, any kind of space and minus
    sign, and the decimal digits of all scripts.

    Args:
        text: the text.
        kind: the kind of number.
        unit: unit that may follow the number.

    Returns:
        An int for ``whole``, and a float for ``real``.

    Raises:
        NumberTextError: the message states what is expected.
    """
    typed, plain = text.strip(), _plain(text)
    match = _NUMBER.fullmatch(plain)
    if match is None:
        raise NumberTextError(_expectation(typed, plain, kind))
    digits, decimals, exponent = match["digits"], match["decimals"], match["exponent"]
    power = _power_of_suffix(match["rest"].strip(), typed, unit)
    misplaced_groups = bool(digits) and not digits.isdigit() and not _GROUPED.fullmatch(digits)
    if misplaced_groups or (_may_be_group(digits, decimals, kind) and not exponent):
        raise NumberTextError(_ambiguity(typed))
    try:
        number = Decimal(match["sign"] + re.sub(r"[,_' ]", "", digits) + decimals + exponent).scaleb(power)
    except (InvalidOperation, ArithmeticError):
        raise NumberTextError(_expectation(typed, plain, kind)) from None
    return _of_kind(number, kind, typed)


def _plain(text: str) -> str:
    """Return ``text`` with ASCII digits, signs and single spaces, without invisible characters."""
    visible = (char for char in text.translate(_SAME_MEANING) if unicodedata.category(char) != "Cf")
    ascii_digits = (str(unicodedata.decimal(char)) if char.isdecimal() else char for char in visible)
    return " ".join("".join(ascii_digits).split())


def _may_be_group(digits: str, decimals: str, kind: NumberKind) -> bool:
    """Return whether the point can also be read as a group separator: ``1.000``, ``12.500``.

    The fields show real numbers without trailing zeros. Text such as ``1.125``, which a field can show,
    is therefore accepted as a real number.
    """
    if not _LIKE_GROUPED.fullmatch(digits + decimals):
        return False
    return kind == "whole" or (len(decimals) == 4 and decimals.endswith("0"))


def _power_of_suffix(rest: str, typed: str, unit: str) -> int:
    """Return the power of ten of the suffix in ``rest``, which may also contain the unit.

    The suffixes are not accepted for a unit of bytes: ``4M`` would mean 4 MB, not 4,000,000 MB.
    """
    names = _UNIT_NAMES.get(unit, (unit, unit.removesuffix("s")) if unit else ())
    for suffix, power in _MULTIPLIERS.items():
        if not rest.startswith(suffix) or (suffix and unit == _BYTE_UNIT):
            continue
        found = rest.removeprefix(suffix).strip().casefold()
        if found == "" or found in (name.casefold() for name in names):
            return power
    translate = QCoreApplication.translate
    if unit:
        message = translate("NumberText", "“%s” has another unit than this setting. Enter the number in %s.")
        raise NumberTextError(message % (typed, unit))
    message = translate("NumberText", "“%s” has a unit, but this setting has none. Enter only the number.")
    raise NumberTextError(message % typed)


def _of_kind(number: Decimal, kind: NumberKind, typed: str) -> int | float:
    translate = QCoreApplication.translate
    if kind == "whole":
        if number.adjusted() > 18 or abs(number) > _MAX_WHOLE:
            raise NumberTextError(translate("NumberText", "“%s” is too large.") % typed)
        if number != number.to_integral_value():
            raise NumberTextError(_not_a_number(typed, kind))
        return int(number)
    value = float(number)
    if not math.isfinite(value):
        raise NumberTextError(translate("NumberText", "“%s” is too large.") % typed)
    if value == 0 and number != 0:
        raise NumberTextError(translate("NumberText", "“%s” is too small.") % typed)
    return value


def _ambiguity(typed: str) -> str:
    message = QCoreApplication.translate(
        "NumberText", "“%s” is ambiguous. Use commas for thousands (10,000) and a point for decimals (0.5)."
    )
    return message % typed


def _expectation(typed: str, plain: str, kind: NumberKind) -> str:
    """Return the message for a text that cannot be read as a number."""
    if not typed:
        return QCoreApplication.translate("NumberText", "Enter a number.")
    if _ONLY_DIGITS.fullmatch(plain) and plain.count(".") + plain.count(",") > 1:
        return _ambiguity(typed)
    return _not_a_number(typed, kind)


def _not_a_number(typed: str, kind: NumberKind) -> str:
    translate = QCoreApplication.translate
    if kind == "whole":
        return translate("NumberText", "“%s” is not a whole number. Example: 10,000.") % typed
    return translate("NumberText", "“%s” is not a number. Example: 0.5.") % typed
