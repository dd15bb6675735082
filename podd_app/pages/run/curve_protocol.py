"""What a plot over outer steps consists of, apart from the card it is shown on."""

import math
from dataclasses import dataclass
from typing import Protocol

import pyqtgraph as pg
from PySide6.QtGui import QColor

from podd_app.models.run_messages import RunMetadata
from podd_app.style.theme import Colors


@dataclass(frozen=True)
class Reading:
    """One value under the crosshair: whose, how it is written, and in which color."""

    name: str
    text: str
    color: QColor


@dataclass(frozen=True)
class Table:
    """What a plot shows, for a file: names of columns, and rows of numbers."""

    columns: tuple[str, ...]
    rows: list[tuple[float, ...]]


class Curves(Protocol):
    """Curves and their values. `clear` begins a run; `draw` shows what was added since."""

    def join(self, item: pg.PlotItem) -> None:
        """Become part of a plot; called once, before anything else."""

    def clear(self, metadata: RunMetadata | None) -> None:
        """Start anew for a run, or for none."""

    def draw(self) -> None:
        """Show everything that was added."""

    def color(self, colors: Colors) -> None:
        """Take the colors of a scheme."""

    def latest(self) -> str:
        """The latest value, to be written above the plot; figures in ``<b>`` stand out."""

    def readings(self, step: float, colors: Colors) -> tuple[float, list[Reading]] | None:
        """The step nearest to ``step`` that has values, and these; None where there are none."""

    def table(self) -> Table:
        """Everything that is plotted."""


def format_number(value: float) -> str:
    """A value with three significant digits, never in exponents where that can be helped."""
    if not math.isfinite(value) or value == 0:
        return f"{value:g}"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:.{digits}f}" if digits <= 6 else f"{value:.2e}"
