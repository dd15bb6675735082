"""Protocol and value types of the curves on a plot card."""

import math
from dataclasses import dataclass
from typing import Protocol

import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor

from podd_app.models.run_messages import RunMetadata
from podd_app.qt.plain_text import Html, rich_text
from podd_app.style.formatting import format_count
from podd_app.style.theme import Colors


@dataclass(frozen=True)
class Reading:
    """Value of one curve at the crosshair.

    Args:
        name: name of the curve.
        text: formatted value.
        color: color of the curve.
    """

    name: str
    text: str
    color: QColor


@dataclass(frozen=True)
class Table:
    """Data of a plot, for export to a file.

    Args:
        columns: column names.
        rows: one value per column in each row.
    """

    columns: tuple[str, ...]
    rows: list[tuple[float, ...]]


class Curves(Protocol):
    """Curves of a plot and their values.

    `clear` prepares the curves for a run. `draw` shows all values added since the last call.
    """

    def add_to(self, item: pg.PlotItem) -> None:
        """Add the curves to a plot. Call this method once, before all others."""

    def clear(self, metadata: RunMetadata | None) -> None:
        """Remove all values and prepare for a run; None if no run is open."""

    def draw(self) -> None:
        """Show all added values."""

    def set_colors(self, colors: Colors) -> None:
        """Apply the colors of a theme."""

    def headers(self, step: int | None) -> tuple[Html, ...]:
        """Return texts for the plot header with a value; the plot shows the first text that fits.

        Args:
            step: outer step of the poster on screen; None for the latest poster.

        Returns:
            Rich texts from long to short, with ``<b>`` around numbers. Empty without values.
        """

    def value_range(self) -> tuple[float, float] | None:
        """Return the range of the values without outliers; None if the plot chooses its range itself."""

    def readings(self, step: float, colors: Colors) -> tuple[float, list[Reading]] | None:
        """Return the step with values nearest to ``step`` and its values; None without values."""

    def table(self) -> Table:
        """Return all plotted values."""


def at_step(step: float, *headers: Html) -> tuple[Html, ...]:
    """Return headers that begin with the outer step of their value, and the same headers without it.

    Where only the short header fits, the line at the step in the plot shows to which step the value belongs.
    """
    template = QCoreApplication.translate("PlotCard", "Step %s: %s")
    return (*(rich_text(template, format_count(int(step)), header) for header in headers), *headers)


def format_number(value: float) -> str:
    """Format a value with three significant digits; exponents are used only for tiny values."""
    if not math.isfinite(value) or value == 0:
        return f"{value:g}"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:.{digits}f}" if digits <= 6 else f"{value:.2e}"
