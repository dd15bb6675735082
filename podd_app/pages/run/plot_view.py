"""A plot over outer steps that follows a run until the person zooms: few grid lines, no menu of its own."""

from typing import Self

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QWidget

from podd_app.style.theme import Colors

MIN_STEPS_SHOWN = 10
"""Outer steps a plot has room for from the start."""

LOOKAHEAD = 0.05
"""Share of the steps so far that a plot makes room for ahead: all plots are painted anew when it runs out."""

_AXIS_TEXT_PX = 10
_LEFT_PX, _BOTTOM_PX = 38, 18
_GRID_ALPHA = 34


class _Axis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """The y axis: numbers with their unit.

    Args:
        unit: written after every number.
    """

    def __init__(self, unit: str) -> None:
        super().__init__("left")
        self._unit = unit

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """The numbers as pyqtgraph writes them, and the unit."""
        return [text + self._unit for text in super().tickStrings(values, scale, spacing)]


class PlotView(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """Outer steps from left to right, the same in all plots that are linked; a crosshair marks one.

    Args:
        unit: written after the numbers of the y axis.
        owner: what it is part of.
    """

    def __init__(self, unit: str, owner: QWidget) -> None:
        super().__init__(enableMenu=False, axisItems={"left": _Axis(unit)})
        self._logarithmic = False
        self._leader: Self = self
        self._following = True
        self._last_step = self._room = 0.0
        self.hideButtons()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the owner has it
        self.setMinimumHeight(72)
        self.setFrameShape(self.Shape.NoFrame)
        self.setViewportMargins(-4, 0, -4, -4)
        item = self.plotItem
        # pyqtgraph makes a menu of its own that belongs to nobody and would outlive the window.
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
        """The outer step the crosshair stands at; None while it is hidden."""
        return self._crosshair.value() if self._crosshair.isVisible() else None

    def set_crosshair(self, step: float | None) -> None:
        """Put the crosshair at an outer step, or hide it."""
        self._crosshair.setVisible(step is not None)
        if step is not None:
            self._crosshair.setPos(step)

    @property
    def logarithmic(self) -> bool:
        """Whether the y axis is logarithmic."""
        return self._logarithmic

    def set_logarithmic(self, logarithmic: bool) -> None:
        """Choose the y axis."""
        self._logarithmic = logarithmic
        self.plotItem.setLogMode(y=logarithmic)
        self.plotItem.enableAutoRange(x=False)  # which steps are shown is not for the scale to change

    def link_to(self, leader: Self) -> None:
        """Show the same outer steps as ``leader``."""
        self._leader = leader
        self.plotItem.setXLink(leader.plotItem)

    def show_steps(self, last: float) -> None:
        """Show outer steps up to ``last``, unless the user has zoomed."""
        self._last_step = last
        least = max(last, MIN_STEPS_SHOWN)
        if self._following and not least <= self._room <= (1 + 2 * LOOKAHEAD) * least:
            self._room = (1 + LOOKAHEAD) * least
            self.plotItem.setXRange(0, self._room, padding=0)

    def show_everything(self) -> None:
        """Follow the data again, after zooming; so does every plot that shows the same outer steps."""
        self.plotItem.enableAutoRange(y=True)
        leader = self._leader
        leader._following, leader._room = True, 0.0
        leader.show_steps(leader._last_step)

    def _on_zoomed(self) -> None:
        self._leader._following = False

    def apply_palette(self, colors: Colors, font: QFont) -> None:
        """Follow the scheme.

        Args:
            colors: of the scheme.
            font: of the numbers, whatever its size.
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
