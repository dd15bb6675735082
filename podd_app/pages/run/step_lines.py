"""Lines through the rows of the outer steps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from podd_app.models.run_messages import RunMetadata
from podd_app.pages.run.curve_protocol import Reading, Table, format_number
from podd_app.pages.run.step_rows import StepRows
from podd_app.style.theme import Colors


@dataclass(frozen=True)
class LineSpec:
    """One line.

    Args:
        column: whose values.
        name: what it is called under the crosshair.
        color: picks its color from a scheme.
        opacity: of the line, in (0, 1].
        width_px: of the line.
        style: of the line; another than its neighbors', where colors alone would part them.
    """

    column: str
    name: str
    color: Callable[[Colors], str]
    opacity: float = 1.0
    width_px: float = 1.5
    style: Qt.PenStyle = Qt.PenStyle.SolidLine


class StepLines:
    """Lines over outer steps, as `Curves`.

    Args:
        rows: what is drawn.
        lines: from the back to the front.
        latest: words for the last row.
    """

    def __init__(
        self, rows: StepRows, lines: tuple[LineSpec, ...], latest: Callable[[Mapping[str, float]], str]
    ) -> None:
        self._rows, self._lines, self._latest = rows, lines, latest
        self._items: list[pg.PlotDataItem] = []

    def join(self, item: pg.PlotItem) -> None:
        """Add the lines, without points as yet."""
        self._items = [item.plot(autoDownsample=True, downsampleMethod="peak") for _ in self._lines]

    def clear(self, metadata: RunMetadata | None) -> None:
        """Forget every row."""
        self._rows.clear()

    def draw(self) -> None:
        """Every line."""
        for line, item in zip(self._lines, self._items, strict=True):
            item.setData(self._rows["step"], self._rows[line.column])

    def color(self, colors: Colors) -> None:
        """Each line in its own color."""
        for line, item in zip(self._lines, self._items, strict=True):
            tint = QColor(line.color(colors))
            tint.setAlphaF(line.opacity)
            item.setPen(pg.mkPen(tint, width=line.width_px, style=line.style))

    def latest(self) -> str:
        """Words for the last row."""
        return "" if self._rows.last is None else self._latest(self._rows.last)

    def readings(self, step: float, colors: Colors) -> tuple[float, list[Reading]] | None:
        """The value of every line."""
        values = self._rows.at(step)
        if values is None:
            return None
        return values["step"], [
            Reading(line.name, format_number(values[line.column]), QColor(line.color(colors)))
            for line in self._lines
        ]

    def table(self) -> Table:
        """Every row."""
        return self._rows.table()
