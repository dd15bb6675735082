"""A plot on a card: title and latest value above, few grid lines, everything else on hover or right click."""

import re

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFont,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QBoxLayout, QWidget

from podd_app.accessibility import give_role
from podd_app.live import RunStory
from podd_app.monitor.curves import Curves, Reading, Table
from podd_app.monitor.readout import Readout
from podd_app.theme import colours_of
from podd_app.widgets.focus_ring import draw_focus_ring
from podd_app.widgets.text import Card, ElidedLabel, RichText

FEWEST_STEPS = 10
"""Outer steps a plot has room for from the start."""

AHEAD = 0.05
"""Share of the steps so far that a plot makes room for ahead: all plots are painted anew when it runs out."""

_AXIS_TEXT_PX = 10
_LEFT_PX, _BOTTOM_PX = 38, 18
_GRID_ALPHA = 34
_RADIUS_PX = 10.0
_HEAD_GAP_PX = 12
_TAG = re.compile(r"<[^>]*>")


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
    """Curves over outer steps. With the keyboard, Left and Right read off step after step.

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
        give_role(self, QAccessible.Role.Chart)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._latest = RichText()
        self._latest.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._name = ElidedLabel(title)
        self._name.setProperty("role", "value")
        head = self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        head.setSpacing(0)
        head.addWidget(self._name, 1)
        head.addWidget(self._latest)
        self.view = pg.PlotWidget(enableMenu=False, axisItems={"left": _Axis(unit)})
        self.view.hideButtons()
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the card has it
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
        self.last_step = self._room = 0.0
        box = self.item.getViewBox()
        box.setLimits(xMin=0, minXRange=4)
        box.sigRangeChangedManually.connect(self._on_zoomed)
        self._crosshair = pg.InfiniteLine(angle=90)
        self._crosshair.hide()
        self.item.addItem(self._crosshair, ignoreBounds=True)
        self._readout = Readout(self.view)
        self._at: float | None = None
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
        self._arrange_head()
        if self._at is None:
            self.setAccessibleDescription(_TAG.sub("", self._curves.latest()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the latest value under the title where there is no room beside it."""
        super().resizeEvent(event)
        self._arrange_head()

    def _arrange_head(self) -> None:
        wanted = self._name.sizeHint().width() + _HEAD_GAP_PX + self._latest.sizeHint().width()
        beside = wanted <= self.column.contentsRect().width()
        directions = QBoxLayout.Direction
        self._head.setDirection(directions.LeftToRight if beside else directions.TopToBottom)

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
        self.leader.following, self.leader._room = True, 0.0
        self.leader.show_steps(self.leader.last_step)

    def link_to(self, leader: "PlotCard") -> None:
        """Show the same outer steps as ``leader``."""
        self.leader = leader
        self.item.setXLink(leader.item)

    def show_steps(self, last: float) -> None:
        """Show outer steps up to ``last``, unless the user has zoomed."""
        self.last_step = last
        least = max(last, FEWEST_STEPS)
        if self.following and not least <= self._room <= (1 + 2 * AHEAD) * least:
            self._room = (1 + AHEAD) * least
            self.item.setXRange(0, self._room, padding=0)

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
        self._at = None
        self._readout.hide()
        self.pointed.emit(None)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Notice the pointer leaving the plot."""
        if event.type() == QEvent.Type.Leave:
            self._leave()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the crosshair through the steps that have values; Escape takes it away."""
        rows = [row[0] for row in self.table().rows]
        match event.key():
            case Qt.Key.Key_Right | Qt.Key.Key_Left as key if rows:
                ahead = key == Qt.Key.Key_Right
                at = self._at if self._at is not None else (rows[0] - 1 if ahead else rows[-1] + 1)
                beside = [step for step in rows if (step > at if ahead else step < at)]
                self._read_off((min if ahead else max)(beside, default=at))
            case Qt.Key.Key_Home if rows:
                self._read_off(rows[0])
            case Qt.Key.Key_End if rows:
                self._read_off(rows[-1])
            case Qt.Key.Key_Escape if self._at is not None:
                self._leave()
            case _:
                super().keyPressEvent(event)

    def _read_off(self, step: float) -> None:
        found = self.readings(step)
        if found is None:
            return
        self._at, title = step, self.tr("step %d") % found[0]
        box = self.item.getViewBox()
        at = self.view.mapFromScene(QPointF(box.mapViewToScene(QPointF(step, 0)).x(), 0))
        middle = self.view.rect().center().y()
        self._readout.show_values(title, found[1], QPoint(at.x(), middle))
        values = ", ".join(f"{reading.name} {reading.text}" for reading in found[1])
        self.setAccessibleDescription(f"{title}: {values}")
        self.pointed.emit(step)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring and the crosshair away."""
        super().focusOutEvent(event)
        if self._at is not None:
            self._leave()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The card, and the ring round it."""
        super().paintEvent(event)
        if self.hasFocus():
            draw_focus_ring(QPainter(self), self, QRectF(self.rect()), _RADIUS_PX)

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
