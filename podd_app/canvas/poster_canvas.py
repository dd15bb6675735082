"""The canvas: a poster with zoom, pan, hover and selection, by pointer and keys."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QAccessible, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from podd_app.canvas.poster_geometry import PosterGeometry, Spot
from podd_app.canvas.poster_graphics_view import PosterGraphicsView
from podd_app.canvas.zoom_view import ZOOM_STEP
from podd_app.qt.accessibility import set_accessible_role

_DRAG_STARTS_PX = 4
_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class PosterCanvas(PosterGraphicsView):
    """A poster to look about in.

    Wheel zooms at the pointer; dragging pans unless a tool takes the drag; a click selects the
    patch whose middle is nearest; arrow keys move the selection, with Shift the class under it where a
    tool can do that; +, - and 0 zoom and fit.
    """

    hovered = Signal(object)
    """The `Spot` under the pointer, or None."""
    patch_selected = Signal(object)
    """Index of the selected patch, or None."""
    spot_clicked = Signal(object)
    """The `Spot` that was clicked, after its patch was selected."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Poster"))
        set_accessible_role(self, QAccessible.Role.Graphic)
        self.setMouseTracking(True)
        self._spot: Spot | None = None
        self._press_position: QPoint | None = None
        self._dragging: str | None = None
        self._label_description = ""

    def set_view(self, view: PosterGeometry) -> None:
        """Show another geometry or class order; a patch that it lacks is selected no more."""
        super().set_view(view)
        if self._patches.selected is not None and self._patches.selected >= view.layout.patches:
            self.select_patch(None)
        if self._patches.hovered is not None and self._patches.hovered >= view.layout.patches:
            self._patches.hovered = None
        self._update_accessible_description()

    def _can_refit(self) -> bool:
        return self._dragging is None

    # Selection

    @property
    def selected_patch(self) -> int | None:
        """Index of the selected patch."""
        return self._patches.selected

    def select_patch(self, index: int | None) -> None:
        """Select a patch, or none."""
        if index != self._patches.selected:
            self._patches.selected = index
            self._patches.update()
            self._label_description = ""
            self._update_accessible_description()
            self.patch_selected.emit(index)

    def set_label_description(self, words: str) -> None:
        """Add what the selected patch teaches to what screen readers hear of the poster."""
        self._label_description = words
        self._update_accessible_description()

    def _update_accessible_description(self) -> None:
        if self._view is None:
            return
        layout, patch = self._view.layout, self._patches.selected
        words = self.tr("%d by %d pixels, %d classes, %d patches") % (
            *layout.poster,
            layout.classes,
            layout.patches,
        )
        if patch is not None:
            column, row = self._view.patch_position(patch)
            words += self.tr("; patch %d selected, column %d, row %d") % (patch, column, row)
            words += f": {self._label_description}" if self._label_description else ""
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)

    # Pointer and keys

    def hover(self, spot: Spot | None) -> None:
        """Light up what lies at ``spot``, as when the pointer is there."""
        if spot == self._spot:
            return
        self._spot = spot
        self._classes.hovered = spot.cell if spot else None
        self._patches.hovered = spot.patch if spot else None
        self._classes.update()
        self._patches.update()
        self.hovered.emit(spot)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a click or drag begins."""
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._press_position = event.position().toPoint()
            self._dragging = "pan" if event.button() == Qt.MouseButton.MiddleButton else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Hover, pan, or feed the tool."""
        position = event.position().toPoint()
        if self._press_position is None:
            self.hover(self.spot_at(position))
            self._update_cursor(self.mapToScene(position))
            return
        moved = position - self._press_position
        if self._dragging is None and moved.manhattanLength() >= _DRAG_STARTS_PX:
            taken = self._tool is not None and self._tool.begin(self.mapToScene(self._press_position))
            self._dragging = "tool" if taken else "pan"
            self.hover(None)
        if self._dragging == "tool" and self._tool:
            free = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self._tool.move(self.mapToScene(position), free)
            self.viewport().update()
        elif self._dragging == "pan":
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            self.pan(moved)
            self._press_position = position

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select on a click; end a drag."""
        position = event.position().toPoint()
        dragging, pressed = self._dragging, self._press_position
        self._dragging = self._press_position = None
        if dragging == "tool" and self._tool:
            self._tool.finish(self.mapToScene(position))
            self.viewport().update()
            if self.fitted:
                self.fit()
        elif dragging is None and pressed is not None:
            spot = self.spot_at(position)
            self.select_patch(spot.patch if spot else None)
            if spot is not None:
                self.spot_clicked.emit(spot)
        self._update_cursor(self.mapToScene(position))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Outside the poster, fit it."""
        if self.spot_at(event.position().toPoint()) is None:
            self.fit()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is hovered any more."""
        self.hover(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom, fit, and move the selection."""
        key = event.key()
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(ZOOM_STEP)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / ZOOM_STEP)
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key == Qt.Key.Key_Escape:
            self._cancel()
        elif key in _STEPS and self._view:
            across, down = _STEPS[Qt.Key(key)]
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                if self._tool is not None:
                    self._tool.step(across, down)
            else:
                self.step_selection(across, down)
        else:
            event.ignore()

    def _cancel(self) -> None:
        if self._dragging == "tool" and self._tool:
            self._tool.cancel()
            self._dragging = self._press_position = None
            self.viewport().update()
            if self.fitted:
                self.fit()
        else:
            self.select_patch(None)

    def step_selection(self, across: int, down: int) -> None:
        """Select the patch beside the selected one; the first where there is none."""
        assert self._view is not None
        columns, rows = self._view.layout.patch_grid
        column, row = (0, 0)
        if self._patches.selected is not None:
            column, row = self._view.patch_position(self._patches.selected)
            column = min(columns - 1, max(0, column + across))
            row = min(rows - 1, max(0, row + down))
        self.select_patch(column * rows + row)

    def _update_cursor(self, point: QPointF) -> None:
        shape = self._tool.cursor(point) if self._tool else None
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor if shape is None else shape)
