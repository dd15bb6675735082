"""Plot over outer steps that follows a run until the user zooms."""

from typing import Self

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QWidget

from podd_app.style.theme import Colors

MIN_STEPS_SHOWN = 10
"""Smallest range of the x axis in outer steps."""

LOOKAHEAD = 0.05
"""Free space on the right of the last step, as a fraction of the steps shown.

All plots must be repainted when the free space is used up.
"""

_AXIS_TEXT_PX = 10
_LEFT_PX, _BOTTOM_PX = 38, 18
_GRID_ALPHA = 34


class _Axis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Y axis with a unit after each number.

    Args:
        unit: text after each number.
    """

    def __init__(self, unit: str) -> None:
        super().__init__("left")
        self._unit = unit

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Append the unit to the numbers that pyqtgraph formats."""
        return [text + self._unit for text in super().tickStrings(values, scale, spacing)]


class PlotView(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """Plot with outer steps on the x axis and a crosshair. Linked plots show the same range of steps.

    Args:
        unit: text after the numbers of the y axis.
        owner: widget that owns the plot and its hidden menu.
    """

    def __init__(self, unit: str, owner: QWidget) -> None:
        super().__init__(enableMenu=False, axisItems={"left": _Axis(unit)})
        self._logarithmic = False
        self._leader: Self = self
        self._following = self._fits_values = True
        self._shows_outliers = False
        self._value_range: tuple[float, float] | None = None
        self._last_step = self._range_end = 0.0
        self.hideButtons()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the owner handles the keyboard
        self.setMinimumHeight(72)
        self.setFrameShape(self.Shape.NoFrame)
        self.setViewportMargins(-4, 0, -4, -4)
        item = self.plotItem
        # pyqtgraph creates a menu without a parent. The menu would outlive the window.
        item.ctrlMenu.setParent(owner, item.ctrlMenu.windowFlags())
        item.setContentsMargins(0, 4, 4, 0)
        item.setClipToView(True)
        item.getAxis("left").setWidth(_LEFT_PX)
        item.getAxis("bottom").setHeight(_BOTTOM_PX)
        box = item.getViewBox()
        box.setDefaultPadding(0.02)
        box.setLimits(xMin=0, minXRange=4)
        box.sigRangeChangedManually.connect(self._on_zoomed)
        self._crosshair = pg.InfiniteLine(angle=90)
        self._crosshair.hide()
        item.addItem(self._crosshair, ignoreBounds=True)

    @property
    def crosshair_step(self) -> float | None:
        """Outer step of the crosshair; None while the crosshair is hidden."""
        return self._crosshair.value() if self._crosshair.isVisible() else None

    def set_crosshair(self, step: float | None) -> None:
        """Move the crosshair to an outer step; None hides the crosshair."""
        self._crosshair.setVisible(step is not None)
        if step is not None:
            self._crosshair.setPos(step)

    @property
    def logarithmic(self) -> bool:
        """Whether the y axis is logarithmic."""
        return self._logarithmic

    def set_logarithmic(self, logarithmic: bool) -> None:
        """Switch the y axis between linear and logarithmic scale."""
        self._logarithmic = logarithmic
        self.plotItem.setLogMode(y=logarithmic)
        # setLogMode turns on the automatic range, but the range of steps must not change.
        self.plotItem.enableAutoRange(x=False)
        self.fit_values(self._value_range)

    @property
    def shows_outliers(self) -> bool:
        """Whether the y axis shows all values, also outliers far from all others."""
        return self._shows_outliers

    def show_outliers(self, shown: bool) -> None:
        """Show all values, or only the range without outliers. Both undo a zoom of the y axis."""
        self._shows_outliers, self._fits_values = shown, True
        self.fit_values(self._value_range)

    def fit_values(self, value_range: tuple[float, float] | None) -> None:
        """Show a range of values on the y axis, unless the user has zoomed or all values are shown.

        Args:
            value_range: lowest and highest value; None to keep the range.
        """
        self._value_range = value_range
        if value_range is None or not self._fits_values:
            return
        if self._shows_outliers or self._logarithmic:  # outliers do not flatten a logarithmic curve
            self.plotItem.enableAutoRange(y=True)
        else:
            self.plotItem.setYRange(*value_range, padding=0)

    def reset_values(self) -> None:
        """Show an empty y axis from 0 to 1, for example before another run."""
        self._shows_outliers, self._fits_values, self._value_range = False, True, None
        self.plotItem.setYRange(0, 1)

    def link_to(self, leader: Self) -> None:
        """Show the same range of outer steps as ``leader``."""
        self._leader = leader
        self.plotItem.setXLink(leader.plotItem)

    def show_steps(self, last: float) -> None:
        """Show outer steps up to ``last``, unless the user has zoomed."""
        self._last_step = last
        least = max(last, MIN_STEPS_SHOWN)
        if self._following and not least <= self._range_end <= (1 + 2 * LOOKAHEAD) * least:
            self._range_end = (1 + LOOKAHEAD) * least
            self.plotItem.setXRange(0, self._range_end, padding=0)

    def reset_zoom(self) -> None:
        """Show all values and steps and follow the run again, in this plot and all linked plots."""
        self._fits_values, self._shows_outliers = True, True
        self.plotItem.enableAutoRange(y=True)
        leader = self._leader
        leader._following, leader._range_end = True, 0.0
        leader.show_steps(leader._last_step)

    def _on_zoomed(self) -> None:
        self._leader._following = self._fits_values = False

    def apply_palette(self, colors: Colors, font: QFont) -> None:
        """Apply the colors and the font of the theme.

        Args:
            colors: colors of the theme.
            font: font of the numbers on the axes; its size is ignored.
        """
        self.setBackground(QColor(colors.surface))
        font = QFont(font)
        font.setPixelSize(_AXIS_TEXT_PX)
        for side in ("left", "bottom"):
            axis = self.plotItem.getAxis(side)
            axis.setPen(pg.mkPen(QColor(colors.border)))
            axis.setTextPen(pg.mkPen(QColor(colors.muted)))
            axis.setStyle(tickFont=font, tickLength=0, tickTextOffset=4, maxTickLevel=0)
        left = self.plotItem.getAxis("left")
        left.setTickPen(pg.mkPen(QColor(colors.text)))
        left.setGrid(_GRID_ALPHA)
        self._crosshair.setPen(pg.mkPen(QColor(colors.muted), style=Qt.PenStyle.DotLine))
