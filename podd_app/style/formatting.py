"""How figures are written: thin spaces, units, no more digits than mean something."""

from PySide6.QtCore import QCoreApplication

THIN_SPACE = "\u2009"


def format_count(number: int) -> str:
    """``9180`` as ``9 180``, with thin spaces."""
    return f"{number:,}".replace(",", THIN_SPACE)


def format_percent(share: float) -> str:
    """A share of 1 in per cent, two significant digits below 1 %."""
    value = share * 100
    if value == 0 or value >= 10:
        return f"{value:.0f}{THIN_SPACE}%"
    return f"{value:.2g}{THIN_SPACE}%"


def format_bytes(number_of_bytes: float) -> str:
    """Bytes as B, kB, MB or GB (powers of 1000)."""
    for unit in ("B", "kB", "MB"):
        if number_of_bytes < 1000:
            digits = 0 if unit == "B" or number_of_bytes >= 100 else 1
            return f"{number_of_bytes:.{digits}f}{THIN_SPACE}{unit}"
        number_of_bytes /= 1000
    return f"{number_of_bytes:.1f}{THIN_SPACE}GB"


def format_duration(seconds: float) -> str:
    """Seconds as a person would say them: ``40 s``, ``12 min``, ``3 h 20 min``, ``4 days``."""
    if seconds < 60:
        return f"{max(1, round(seconds))}{THIN_SPACE}s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes}{THIN_SPACE}min"
    if minutes < 48 * 60:
        hours, rest = divmod(minutes, 60)
        return f"{hours}{THIN_SPACE}h {rest}{THIN_SPACE}min" if rest else f"{hours}{THIN_SPACE}h"
    return _tr("%d days") % round(minutes / 1440)


def images_per_class(budget: float) -> str:
    """A budget in words: ``0.9 images per class``."""
    number = f"{budget:.2g}"
    return _tr("1 image per class") if number == "1" else _tr("%s images per class") % number


def placeholder_class_name(index: int) -> str:
    """A stand-in for the unknown name of a class."""
    return _tr("class %d") % index


def _tr(text: str) -> str:
    return QCoreApplication.translate("Wording", text)


def display_class_name(class_name: str) -> str:
    """A class name for the eye: underscores as spaces."""
    return class_name.replace("_", " ")
