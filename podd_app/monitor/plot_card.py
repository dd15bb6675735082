"""A plot on a card: title and latest value above, few grid lines, everything else on hover or right click."""

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QFont
from PySide6.QtWidgets import QHBoxLayout, QWidget

from podd_app.live import RunStory
from podd_app.monitor.curves import Curves, Reading, Table
from podd_app.monitor.readout import Readout
from podd_app.theme import colours_of
from podd_app.widgets.text import Card, RichText, label

FEWEST_STEPS = 10
"""Outer steps a plot has room for from the start."""

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


class PlotCard(Card):
    """Curves over outer steps.

    Args:
        title: what is plotted.
        hint: what it means, with its unit.
        curves: what is drawn, and its values.
        unit: written after the numbers of the y axis.
        can_log: whether a logarithmic scale makes sense.
    """

    pointed = Signal(object)
    """The outer step (float) under the pointer, or None."""
    menu_wanted = Signal(object)
    """A right click, at this global `QPoint`."""

    def __init__(
        self,
        title: str,
        hint: str,
        curves: Curves,
        *,
        unit: str = "",
        can_log: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("outlined", parent)
        self._curves = curves
        self.title, self.can_log = title, can_log
        self._logarithmic = False
        self.setToolTip(hint)
        self.setAccessibleName(title)
        self._latest = RichText()
        self._latest.setAlignment(Qt.AlignmentFlag.AlignRight)
        head = QHBoxLayout()
        head.addWidget(label(title, "value"))
        head.addStretch(1)
        head.addWidget(self._latest)
        self.view = pg.PlotWidget(enableMenu=False, axisItems={"left": _Axis(unit)})
        self.view.hideButtons()
        self.view.setMinimumHeight(72)
        self.view.setFrameShape(self.view.Shape.NoFrame)
        self.view.setViewportMargins(-4, 0, -4, -4)
        self.item = self.view.getPlotItem()
        # pyqtgraph makes a menu of its own that belongs to nobody and would outlive the window.
        self.item.ctrlMenu.setParent(self, self.item.ctrlMenu.windowFlags())
        self.item.setContentsMargins(0, 4, 4, 0)
        self.item.setClipToView(True)
        self.item.getAxis("left").setWidth(_LEFT_PX)
        self.item.getAxis("bottom").setHeight(_BOTTOM_PX)
        self.item.getViewBox().setDefaultPadding(0.02)
        self.leader: PlotCard = self
        self.following = True
        self.last_step = 0.0
        box = self.item.getViewBox()
        box.setLimits(xMin=0, minXRange=4)
        box.sigRangeChangedManually.connect(self._on_zoomed)
        self._crosshair = pg.InfiniteLine(angle=90)
        self._crosshair.hide()
        self.item.addItem(self._crosshair, ignoreBounds=True)
        self._readout = Readout(self.view)
        self.column.setContentsMargins(12, 10, 10, 6)
        self.column.addLayout(head)
        self.column.addWidget(self.view, 1)
        self.view.scene().sigMouseMoved.connect(self._on_mouse_moved)
        self.view.viewport().installEventFilter(self)
        curves.join(self.item)
        self._dress()

    def clear(self, story: RunStory | None) -> None:
        """Start anew for a run, or for none."""
        self._curves.clear(story)
        self.draw()

    def draw(self) -> None:
        """Show everything that was added."""
        self._curves.draw()
        self._latest.set_html(self._curves.latest())

    def readings(self, step: float) -> tuple[float, list[Reading]] | None:
        """The step nearest to ``step`` that has values, and these; None where there are none."""
        return self._curves.readings(step, colours_of(self))

    def table(self) -> Table:
        """Everything that is plotted."""
        return self._curves.table()

    @property
    def logarithmic(self) -> bool:
        """Whether the y axis is logarithmic."""
        return self._logarithmic

    def set_logarithmic(self, logarithmic: bool) -> None:
        """Choose the y axis."""
        self._logarithmic = logarithmic
        self.item.setLogMode(y=logarithmic)
        self.item.enableAutoRange(x=False)  # which steps are shown is not for the scale to change

    def show_everything(self) -> None:
        """Follow the data again, after zooming; so does every plot that shows the same outer steps."""
        self.item.enableAutoRange(y=True)
        self.leader.following = True
        self.leader.show_steps(self.leader.last_step)

    def link_to(self, leader: "PlotCard") -> None:
        """Show the same outer steps as ``leader``."""
        self.leader = leader
        self.item.setXLink(leader.item)

    def show_steps(self, last: float) -> None:
        """Show outer steps up to ``last``, unless the user has zoomed."""
        self.last_step = last
        if self.following:
            self.item.setXRange(0, max(last, FEWEST_STEPS), padding=0.02)

    def _on_zoomed(self) -> None:
        self.leader.following = False

    def show_crosshair(self, step: float | None) -> None:
        """Mark an outer step, or none."""
        found = None if step is None else self.readings(step)
        self._crosshair.setVisible(found is not None)
        if found is not None:
            self._crosshair.setPos(found[0])

    def _on_mouse_moved(self, position: QPointF) -> None:
        box = self.item.getViewBox()
        if not box.sceneBoundingRect().contains(position):
            self._leave()
            return
        step = box.mapSceneToView(position).x()
        found = self.readings(step)
        if found is None:
            return
        title = self.tr("step %d") % found[0]
        self._readout.show_values(title, found[1], self.view.mapFromScene(position))
        self.pointed.emit(step)

    def _leave(self) -> None:
        self._readout.hide()
        self.pointed.emit(None)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Notice the pointer leaving the plot."""
        if event.type() == QEvent.Type.Leave:
            self._leave()
        return False

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu."""
        self.menu_wanted.emit(event.globalPos())

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_readout"):
            self._dress()

    def _dress(self) -> None:
        colours = colours_of(self)
        self.view.setBackground(QColor(colours.surface))
        font = QFont(self.font())
        font.setPixelSize(_AXIS_TEXT_PX)
        for side in ("left", "bottom"):
            axis = self.item.getAxis(side)
            axis.setPen(pg.mkPen(QColor(colours.border)))
            axis.setTextPen(pg.mkPen(QColor(colours.muted)))
            axis.setStyle(tickFont=font, tickLength=0, tickTextOffset=4, maxTickLevel=0)
        left = self.item.getAxis("left")
        left.setTickPen(pg.mkPen(QColor(colours.text)))
        left.setGrid(_GRID_ALPHA)
        self._crosshair.setPen(pg.mkPen(QColor(colours.muted), style=Qt.PenStyle.DotLine))
        self._curves.colour(colours)
