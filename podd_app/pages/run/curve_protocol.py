"""Protocol and value types of the curves on a plot card."""

import math
from dataclasses import dataclass
from typing import Protocol

import pyqtgraph as pg
from PySide6.QtGui import QColor

from podd_app.models.run_messages import RunMetadata
from podd_app.qt.plain_text import Html
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

    def latest(self) -> Html:
        """Return the latest value as rich text for the plot header; ``<b>`` highlights numbers."""

    def readings(self, step: float, colors: Colors) -> tuple[float, list[Reading]] | None:
        """Return the step with values nearest to ``step`` and its values; None without values."""

    def table(self) -> Table:
        """Return all plotted values."""


def format_number(value: float) -> str:
    """Format a value with three significant digits; exponents are used only for tiny values."""
    if not math.isfinite(value) or value == 0:
        return f"{value:g}"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:.{digits}f}" if digits <= 6 else f"{value:.2e}"
