"""Dots that show where the differentiated window started in each outer step."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor

from podd_app.models.run_messages import RunMetadata
from podd_app.pages.run.curve_protocol import Reading, Table, at_step
from podd_app.pages.run.step_rows import StepRows
from podd_app.qt.plain_text import Html, rich_text
from podd_app.style.formatting import format_count
from podd_app.style.theme import Colors

_MAX_DOTS = 400
_DOT_PX = 3

translate = QCoreApplication.translate


class WindowDots:
    """Dots over outer steps. Implements `Curves`.

    Args:
        rows: columns ``step``, ``undifferentiated`` and ``window``; the last two in inner steps.
    """

    def __init__(self, rows: StepRows) -> None:
        self._rows = rows

    def add_to(self, item: pg.PlotItem) -> None:
        """Add the dots to the plot."""
        self._item = item
        self._dots = item.plot(pen=None, symbol="o", symbolSize=_DOT_PX, symbolPen=None)

    def clear(self, metadata: RunMetadata | None) -> None:
        """Remove all rows and set the y range to all possible window starts of the run."""
        self._rows.clear()
        if metadata is not None:
            truncation = metadata.config.truncation
            highest = truncation.total - (0 if truncation.kind == "growing" else truncation.window)
            self._item.setYRange(0, max(1, highest))

    def draw(self) -> None:
        """Draw evenly spaced rows, at most about `_MAX_DOTS`; more dots would overlap."""
        every = np.s_[:: 1 + len(self._rows) // _MAX_DOTS]
        self._dots.setData(self._rows["step"][every], self._rows["undifferentiated"][every])

    def set_colors(self, colors: Colors) -> None:
        """Draw the dots in the accent color."""
        self._dots.setSymbolBrush(QColor(colors.accent))

    def headers(self, step: int | None) -> tuple[Html, ...]:
        """Return the last window start, or the window start at ``step`` with its step."""
        values = self._rows.last if step is None else self._rows.at(step)
        if values is None:
            return ()
        start, length = int(values["undifferentiated"]), int(values["window"])
        text = translate("WindowDots", "after <b>%s</b> of %s steps")
        whole = rich_text(text, format_count(start), format_count(start + length))
        short = rich_text(translate("WindowDots", "after <b>%s</b>"), format_count(start))
        return (whole, short) if step is None else at_step(values["step"], whole, short)

    def value_range(self) -> None:
        """Return None, because the settings of the run determine the range."""

    def readings(self, step: float, colors: Colors) -> tuple[float, list[Reading]] | None:
        """Return start and end of the window at the step nearest to ``step``."""
        values = self._rows.at(step)
        if values is None:
            return None
        start = int(values["undifferentiated"])
        end = start + int(values["window"])
        return values["step"], [
            Reading(translate("WindowDots", "starts after"), format_count(start), QColor(colors.accent)),
            Reading(translate("WindowDots", "ends after"), format_count(end), QColor(colors.muted)),
        ]

    def table(self) -> Table:
        """Return all rows."""
        return self._rows.table()
