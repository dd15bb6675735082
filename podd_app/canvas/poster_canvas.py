"""Poster canvas: zoom, pan, hover and selection with the mouse and the keyboard."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QAccessible, QContextMenuEvent, QHideEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from podd_app.canvas.poster_geometry import PosterGeometry, Spot
from podd_app.canvas.poster_graphics_view import PosterGraphicsView
from podd_app.canvas.zoom_view import ZOOM_STEP
from podd_app.qt.accessibility import set_accessible_role

_DRAG_THRESHOLD_PX = 4
_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class PosterCanvas(PosterGraphicsView):
    """Interactive view of a poster.

    - The wheel zooms at the pointer.
    - A drag pans, unless the tool accepts the drag.
    - A click selects the patch with the nearest center.
    - The arrow keys move the selection. With Shift, the tool moves the class under the selection.
    - The keys +, - and 0 zoom and fit.
    """

    hovered = Signal(object)
    """The `Spot` under the pointer, or None."""
    patch_selected = Signal(object)
    """Index of the selected patch, or None."""
    spot_clicked = Signal(object)
    """The clicked `Spot`. Emitted after the patch was selected."""
    menu_requested = Signal(object)
    """The `QContextMenuEvent` of a right click, unless a drag is in progress."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Poster"))
        set_accessible_role(self, QAccessible.Role.Graphic)
        self.setMouseTracking(True)
        self._spot: Spot | None = None
        self._press_position: QPoint | None = None
        self._pressed_button = Qt.MouseButton.NoButton
        self._dragging: str | None = None
        self._label_description = ""

    def set_view(self, view: PosterGeometry) -> None:
        """Show a geometry and class order. Clear the selection if the grid of patches or classes changed."""
        before = self._view.layout if self._view else view.layout
        super().set_view(view)
        if (before.patch_grid, before.class_grid) != (view.layout.patch_grid, view.layout.class_grid):
            self.select_patch(None)
        if self._patches.hovered is not None and self._patches.hovered >= view.layout.patches:
            self._patches.hovered = None
        self._update_accessible_description()

    def _can_refit(self) -> bool:
        return self._dragging is None

    # Selection

    @property
    def selected_patch(self) -> int | None:
        """Index of the selected patch, or None."""
        return self._patches.selected

    def select_patch(self, index: int | None) -> None:
        """Select a patch, or clear the selection if None."""
        if index != self._patches.selected:
            self._patches.selected = index
            self._patches.update()
            self._label_description = ""
            self._update_accessible_description()
            self.patch_selected.emit(index)

    def set_label_description(self, description: str) -> None:
        """Add the soft label of the selected patch to the description for screen readers."""
        self._label_description = description
        self._update_accessible_description()

    def _update_accessible_description(self) -> None:
        if self._view is None:
            return
        layout, patch = self._view.layout, self._patches.selected
        sizes = (*layout.poster, layout.classes, layout.patches)
        if patch is None:
            text = self.tr("%d by %d pixels, %d classes, %d patches") % sizes
        else:
            values = (*sizes, *self._view.patch_numbers(patch))
            if self._label_description:
                text = self.tr(
                    "%d by %d pixels, %d classes, %d patches; patch %d selected, column %d, row %d: %s"
                ) % (*values, self._label_description)
            else:
                text = (
                    self.tr("%d by %d pixels, %d classes, %d patches; patch %d selected, column %d, row %d")
                    % values
                )
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

    # Mouse and keyboard

    def hover(self, spot: Spot | None) -> None:
        """Highlight the class and the patch at ``spot``, as if the pointer were there."""
        if spot == self._spot:
            return
        self._spot = spot
        self._classes.hovered = spot.cell if spot else None
        self._patches.hovered = spot.patch if spot else None
        self._classes.update()
        self._patches.update()
        self.hovered.emit(spot)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Store the start position of a click or a drag. Ignore other buttons until it ends."""
        if self._press_position is None and event.button() in (
            Qt.MouseButton.LeftButton,
            Qt.MouseButton.MiddleButton,
        ):
            self._press_position = event.position().toPoint()
            self._pressed_button = event.button()
            self._dragging = "pan" if event.button() == Qt.MouseButton.MiddleButton else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Hover, pan, or continue the drag of the tool."""
        position = event.position().toPoint()
        if self._press_position is None:
            self.hover(self.spot_at(position))
            self._update_cursor(self.mapToScene(position))
            return
        moved = position - self._press_position
        if self._dragging is None and moved.manhattanLength() >= _DRAG_THRESHOLD_PX:
            accepted = self._tool is not None and self._tool.begin(self.mapToScene(self._press_position))
            self._dragging = "tool" if accepted else "pan"
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
        """Select the clicked patch, or end the drag. Ignore buttons that did not start it."""
        if event.button() != self._pressed_button:
            return
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

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Emit `menu_requested` unless a drag is in progress."""
        event.accept()
        if self._press_position is None:
            self.menu_requested.emit(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Fit the poster after a double click outside the poster."""
        if self.spot_at(event.position().toPoint()) is None:
            self.fit()

    def leaveEvent(self, event: QEvent) -> None:
        """Clear the hover state."""
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
        elif key in _STEPS and self._view and self._dragging != "tool":
            across, down = _STEPS[Qt.Key(key)]
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                if self._tool is not None:
                    self._tool.step(across, down)
            else:
                self.step_selection(across, down)
        else:
            event.ignore()

    def hideEvent(self, event: QHideEvent) -> None:
        """Cancel a drag: the canvas does not receive the release of the button."""
        super().hideEvent(event)
        if self._press_position is not None:
            self._cancel_drag()

    def _cancel(self) -> None:
        if self._press_position is not None:
            self._cancel_drag()
        else:
            self.select_patch(None)

    def _cancel_drag(self) -> None:
        dragging = self._dragging
        self._dragging = self._press_position = None
        if dragging == "tool" and self._tool:
            self._tool.cancel()
            self.viewport().update()
            if self.fitted:
                self.fit()

    def step_selection(self, across: int, down: int) -> None:
        """Move the selection by whole patches. Without a selection, select the first patch."""
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
