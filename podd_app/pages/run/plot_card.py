"""Card with a plot, its title and its latest value."""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QWidget

from podd_app.models.run_messages import RunMetadata
from podd_app.pages.run.curve_protocol import Curves, Reading, Table
from podd_app.pages.run.plot_view import PlotView
from podd_app.pages.run.readout import Readout
from podd_app.qt.accessibility import set_accessible_role
from podd_app.qt.plain_text import Html, set_tooltip, to_plain_text
from podd_app.style.formatting import format_count
from podd_app.style.palette import FollowsPalette
from podd_app.style.theme import colors_of
from podd_app.widgets.focus_ring import draw_focus_ring
from podd_app.widgets.text import Card, ElidedLabel, RichText

_RADIUS_PX = 10.0
_HEADER_GAP_PX = 12


class PlotCard(FollowsPalette, Card):
    """Plot of curves over outer steps with a crosshair that follows the pointer or the arrow keys.

    Args:
        title: title of the plot.
        hint: tooltip that explains the values and their unit.
        curves: curves to draw.
        unit: text after the numbers of the y axis.
        can_log: whether the context menu offers a logarithmic scale.
        parent: parent widget.
    """

    step_hovered = Signal(object)
    """Outer step (float) at the crosshair, or None."""
    context_menu_requested = Signal(object)
    """Emitted on a right click with the global position (`QPoint`)."""

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
        self._step: int | None = None
        self.setAccessibleName(title)
        set_accessible_role(self, QAccessible.Role.Chart)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._value_label = RichText()
        self._value_label.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._title_label = ElidedLabel(title)
        self._title_label.setProperty("role", "value")
        header = QWidget()
        set_tooltip(header, hint)  # a tooltip of the whole card would cover the values at the crosshair
        row = QHBoxLayout(header)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_HEADER_GAP_PX)
        row.addWidget(self._title_label, 1)
        row.addWidget(self._value_label)
        self.view = PlotView(unit, self)
        self._readout = Readout(self.view)
        self._crosshair_step: float | None = None
        self.column.setContentsMargins(12, 10, 10, 6)
        self.column.addWidget(header)
        self.column.addWidget(self.view, 1)
        self.view.scene().sigMouseMoved.connect(self._on_mouse_moved)
        self.view.viewport().installEventFilter(self)
        curves.add_to(self.view.plotItem)
        self.follow_palette()

    def clear(self, metadata: RunMetadata | None) -> None:
        """Remove all values and prepare for a run; None if no run is open."""
        self._step = None
        self.view.reset_values()
        self._curves.clear(metadata)
        self.draw()

    def draw(self) -> None:
        """Show all added values, and a value in the header."""
        self._curves.draw()
        self.view.fit_values(self._curves.value_range())
        self._update_header()

    def show_step(self, step: int | None) -> None:
        """Show the value at an outer step in the header, and a line there; None for the latest value."""
        if step != self._step:
            self._step = step
            self._update_header()
            self.show_crosshair(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose a text for the header that fits."""
        super().resizeEvent(event)
        self._update_header()

    def _update_header(self) -> None:
        """Show the longest text that fits next to the title, so that the header is always one line."""
        headers = self._curves.headers(self._step) or (Html(),)
        margins = self.column.contentsMargins()
        width = self.width() - margins.left() - margins.right() - _HEADER_GAP_PX
        width -= self._title_label.sizeHint().width()
        for header in headers:
            self._value_label.set_html(header)
            if self._value_label.sizeHint().width() <= width:
                break
        if self._crosshair_step is None:
            self.setAccessibleDescription(to_plain_text(headers[0]))

    def readings(self, step: float) -> tuple[float, list[Reading]] | None:
        """Return the step with values nearest to ``step`` and its values; None without values."""
        return self._curves.readings(step, colors_of(self))

    def table(self) -> Table:
        """Return all plotted values."""
        return self._curves.table()

    def show_crosshair(self, step: float | None) -> None:
        """Show the crosshair at an outer step; None moves the crosshair to the step of `show_step`."""
        step = self._step if step is None else step
        found = None if step is None else self.readings(step)
        self.view.set_crosshair(None if found is None else found[0])

    def _on_mouse_moved(self, position: QPointF) -> None:
        box = self.view.plotItem.getViewBox()
        if not box.sceneBoundingRect().contains(position):
            self._hide_crosshair()
            return
        step = box.mapSceneToView(position).x()
        found = self.readings(step)
        if found is None:
            return
        title = self.tr("step %s") % format_count(int(found[0]))
        self._readout.show_values(title, found[1], self.view.mapFromScene(position))
        self.step_hovered.emit(step)

    def _hide_crosshair(self) -> None:
        self._crosshair_step = None
        self._readout.hide()
        self.step_hovered.emit(None)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Hide the crosshair when the pointer leaves the plot."""
        if event.type() == QEvent.Type.Leave:
            self._hide_crosshair()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the crosshair to the next step with values; Escape hides the crosshair."""
        rows = [row[0] for row in self.table().rows]
        match event.key():
            case Qt.Key.Key_Right | Qt.Key.Key_Left as key if rows:
                ahead = key == Qt.Key.Key_Right
                at = (
                    self._crosshair_step
                    if self._crosshair_step is not None
                    else (rows[0] - 1 if ahead else rows[-1] + 1)
                )
                candidates = [step for step in rows if (step > at if ahead else step < at)]
                self._move_crosshair((min if ahead else max)(candidates, default=at))
            case Qt.Key.Key_Home if rows:
                self._move_crosshair(rows[0])
            case Qt.Key.Key_End if rows:
                self._move_crosshair(rows[-1])
            case Qt.Key.Key_Escape if self._crosshair_step is not None:
                self._hide_crosshair()
            case _:
                super().keyPressEvent(event)

    def _move_crosshair(self, step: float) -> None:
        found = self.readings(step)
        if found is None:
            return
        self._crosshair_step, title = step, self.tr("step %s") % format_count(int(found[0]))
        box = self.view.plotItem.getViewBox()
        at = self.view.mapFromScene(QPointF(box.mapViewToScene(QPointF(step, 0)).x(), 0))
        middle = self.view.rect().center().y()
        self._readout.show_values(title, found[1], QPoint(at.x(), middle))
        values = ", ".join(f"{reading.name} {reading.text}" for reading in found[1])
        self.setAccessibleDescription(f"{title}: {values}")
        self.step_hovered.emit(step)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus ring and the crosshair."""
        super().focusOutEvent(event)
        if self._crosshair_step is not None:
            self._hide_crosshair()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card and the focus ring."""
        super().paintEvent(event)
        if self.hasFocus():
            draw_focus_ring(QPainter(self), self, QRectF(self.rect()), _RADIUS_PX)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Request the context menu."""
        self.context_menu_requested.emit(event.globalPos())

    def _apply_palette(self) -> None:
        colors = colors_of(self)
        self.view.apply_palette(colors, self.font())
        self._curves.set_colors(colors)
