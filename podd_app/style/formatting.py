"""Format numbers, units and class names for display, with the separators of the application's locale."""

from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtGui import QGuiApplication


def format_number(value: float, spec: str) -> str:
    """Format ``value`` with the separators of the default `QLocale`.

    Args:
        value: The number.
        spec: A format specification of Python, for example ``","`` or ``".1f"``.
    """
    locale = QLocale()
    separators = str.maketrans({",": locale.groupSeparator(), ".": locale.decimalPoint()})
    return format(value, spec).translate(separators)


def format_count(number: int) -> str:
    """Format a whole number with group separators: ``9,180``."""
    return format_number(number, ",")


def format_real(number: float) -> str:
    """Format a real number with up to ten significant digits: ``0.005``."""
    return format_number(number, ".10g")


def isolated(text: str) -> str:
    """Return ``text`` with its left-to-right order kept in a right-to-left language.

    Without isolation, a right-to-left paragraph shows "5 × 2" as "2 × 5".
    """
    right_to_left = QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
    return f"\u2066{text}\u2069" if right_to_left else text


def format_size(columns: int, rows: int) -> str:
    """Format a width and a height, or a number of columns and rows: ``1,211 × 608``."""
    return isolated(f"{format_count(columns)} × {format_count(rows)}")


def format_percent(share: float) -> str:
    """Format a share between 0 and 1 as a percentage, with two significant digits below 10%."""
    value = share * 100
    return f"{format_number(value, '.0f' if value == 0 or value >= 10 else '.2g')}%"


def format_bytes(number_of_bytes: float) -> str:
    """Format a size in B, kB, MB or GB (powers of 1000)."""
    for unit in ("B", "kB", "MB"):
        if number_of_bytes < 1000:
            decimals = 0 if unit == "B" or number_of_bytes >= 100 else 1
            return f"{format_number(number_of_bytes, f'.{decimals}f')} {unit}"
        number_of_bytes /= 1000
    return f"{format_number(number_of_bytes, ',.1f')} GB"


def format_duration(seconds: float) -> str:
    """Format a duration with at most two units: ``40 s``, ``12 min``, ``3 h 20 min``, ``4 days``."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        hours, rest = divmod(minutes, 60)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    days = round(minutes / 1440)
    return QCoreApplication.translate("Formatting", "%n day(s)", "", days)


def images_per_class(budget: float) -> str:
    """Format the size of a poster as a number of images per class: ``0.9 images per class``."""
    number = format_number(budget, ".2g") if budget < 10 else format_count(round(budget))
    if number == "1":
        return QCoreApplication.translate("Formatting", "1 image per class")
    return QCoreApplication.translate("Formatting", "%s images per class") % number


def placeholder_class_name(index: int) -> str:
    """Return a name for class ``index`` if the dataset does not name its classes."""
    return QCoreApplication.translate("Formatting", "class %d") % index


def display_class_name(class_name: str) -> str:
    """Return the class name on one line, with spaces instead of underscores."""
    return " ".join(class_name.replace("_", " ").split())
