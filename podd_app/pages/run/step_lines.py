"""Line curves of the values that each outer step reports."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from podd_app.models.run_messages import RunMetadata
from podd_app.pages.run.curve_protocol import Reading, Table, at_step, format_number
from podd_app.pages.run.step_rows import StepRows
from podd_app.pages.run.value_range import range_without_outliers
from podd_app.qt.plain_text import Html
from podd_app.style.theme import Colors


@dataclass(frozen=True)
class LineSpec:
    """Data and appearance of one line.

    Args:
        column: column with the values.
        name: name next to the crosshair.
        color: selects the color of the line from a theme.
        opacity: opacity in (0, 1].
        width_px: width of the line.
        style: dash pattern; helps where two colors are hard to tell apart.
    """

    column: str
    name: str
    color: Callable[[Colors], str]
    opacity: float = 1.0
    width_px: float = 1.5
    style: Qt.PenStyle = Qt.PenStyle.SolidLine


class StepLines:
    """Lines over outer steps. Implements `Curves`.

    Args:
        rows: values to draw.
        lines: lines from back to front.
        header: formats a row for the plot header.
    """

    def __init__(
        self, rows: StepRows, lines: tuple[LineSpec, ...], header: Callable[[Mapping[str, float]], Html]
    ) -> None:
        self._rows, self._lines, self._header = rows, lines, header
        self._items: list[pg.PlotDataItem] = []

    def add_to(self, item: pg.PlotItem) -> None:
        """Add empty lines to the plot."""
        self._items = [item.plot(autoDownsample=True, downsampleMethod="peak") for _ in self._lines]

    def clear(self, metadata: RunMetadata | None) -> None:
        """Remove all rows."""
        self._rows.clear()

    def draw(self) -> None:
        """Draw all lines."""
        for line, item in zip(self._lines, self._items, strict=True):
            item.setData(self._rows["step"], self._rows[line.column])

    def set_colors(self, colors: Colors) -> None:
        """Apply the colors of a theme to the lines."""
        for line, item in zip(self._lines, self._items, strict=True):
            tint = QColor(line.color(colors))
            tint.setAlphaF(line.opacity)
            item.setPen(pg.mkPen(tint, width=line.width_px, style=line.style))

    def headers(self, step: int | None) -> tuple[Html, ...]:
        """Return the formatted last row, or the row at ``step`` with its step."""
        values = self._rows.last if step is None else self._rows.at(step)
        if values is None:
            return ()
        return (self._header(values),) if step is None else at_step(values["step"], self._header(values))

    def value_range(self) -> tuple[float, float] | None:
        """Return the range of the first line without outliers, extended to the middle of the others."""
        if not len(self._rows):
            return None
        first, *others = (self._rows[line.column] for line in self._lines)
        return range_without_outliers(first, others)

    def readings(self, step: float, colors: Colors) -> tuple[float, list[Reading]] | None:
        """Return the values of all lines at the step nearest to ``step``."""
        values = self._rows.at(step)
        if values is None:
            return None
        return values["step"], [
            Reading(line.name, format_number(values[line.column]), QColor(line.color(colors)))
            for line in self._lines
        ]

    def table(self) -> Table:
        """Return all rows."""
        return self._rows.table()
