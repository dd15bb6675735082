"""Where in the inner training the differentiated window started: a dot for each outer step."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor

from podd_app.models.run_messages import RunMetadata
from podd_app.pages.run.curve_protocol import Reading, Table
from podd_app.pages.run.step_rows import StepRows
from podd_app.style.theme import Colors

_MOST_DOTS = 400
_DOT_PX = 3

translate = QCoreApplication.translate


class WindowDots:
    """Dots over outer steps, as `Curves`.

    Args:
        rows: ``step``, ``undifferentiated`` and ``window``, the last two in inner steps.
    """

    def __init__(self, rows: StepRows) -> None:
        self._rows = rows

    def join(self, item: pg.PlotItem) -> None:
        """Add the dots."""
        self._item = item
        self._dots = item.plot(pen=None, symbol="o", symbolSize=_DOT_PX, symbolPen=None)

    def clear(self, metadata: RunMetadata | None) -> None:
        """Forget every row, and make room for every possible start."""
        self._rows.clear()
        if metadata is not None:
            truncation = metadata.config.truncation
            highest = truncation.total - (0 if truncation.kind == "growing" else truncation.window)
            self._item.setYRange(0, max(1, highest))

    def draw(self) -> None:
        """As many dots as can be told apart."""
        every = np.s_[:: 1 + len(self._rows) // _MOST_DOTS]
        self._dots.setData(self._rows["step"][every], self._rows["undifferentiated"][every])

    def color(self, colors: Colors) -> None:
        """Accent."""
        self._dots.setSymbolBrush(QColor(colors.accent))

    def latest(self) -> str:
        """Where it started last."""
        last = self._rows.last
        if last is None:
            return ""
        start, length = int(last["undifferentiated"]), int(last["window"])
        return translate("WindowDots", "after <b>%d</b> of %d steps") % (start, start + length)

    def readings(self, step: float, colors: Colors) -> tuple[float, list[Reading]] | None:
        """Start and end of the window."""
        values = self._rows.at(step)
        if values is None:
            return None
        start, end = values["undifferentiated"], values["undifferentiated"] + values["window"]
        return values["step"], [
            Reading(translate("WindowDots", "starts after"), f"{start:.0f}", QColor(colors.accent)),
            Reading(translate("WindowDots", "ends after"), f"{end:.0f}", QColor(colors.muted)),
        ]

    def table(self) -> Table:
        """Every row."""
        return self._rows.table()
