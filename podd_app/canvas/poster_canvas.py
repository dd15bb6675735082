"""The canvas: a poster to scale, with zoom, pan, rulers, overlays, hover and selection."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QMarginsF, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QRegion,
)
from PySide6.QtWidgets import QWidget

from podd_app.accessibility import give_role
from podd_app.canvas.image_layer import ImageLayer, image_of
from podd_app.canvas.overlays import ClassOverlay, Overlay, PatchOverlay
from podd_app.canvas.poster_view import PosterView, Spot
from podd_app.canvas.rulers import draw_rulers
from podd_app.canvas.tool import CanvasTool
from podd_app.canvas.value_overlay import CellValues, ValueOverlay
from podd_app.canvas.zoom_view import ZOOM_STEP, ZoomView
from podd_app.theme import colours_of
from podd_app.widgets.focus_ring import FocusRing, draw_focus_ring

MARGINS = QMarginsF(40, 64, 24, 24)
"""Room for rulers at the left and above, and for the toggles above those, px."""
_RULER_PX = 26
_DRAG_STARTS_PX = 4
_CORNER_PX = 8
_CLASS_ALPHA = 40
_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class PosterCanvas(ZoomView):
    """A poster on a quiet ground. The view belongs to the user: new images never move it.

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
        super().__init__(MARGINS, parent)
        self.setAccessibleName(self.tr("Poster"))
        give_role(self, QAccessible.Role.Graphic)
        self.setMouseTracking(True)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setMinimumSize(240, 200)
        self._image = ImageLayer()
        self._values = ValueOverlay()
        self._classes = ClassOverlay()
        self._patches = PatchOverlay()
        for item in (self._image, self._values, self._classes, self._patches):
            self.scene().addItem(item)
        self._more: list[Overlay] = []
        self._view: PosterView | None = None
        self._tool: CanvasTool | None = None
        self._pictured = False
        self._rulers = True
        self._spot: Spot | None = None
        self._pressed: QPoint | None = None
        self._taught = ""
        self._ring = FocusRing(self)
        self._dragging: str | None = None
        self.fill_classes(True)
        self._dress()

    # What is shown

    @property
    def view(self) -> PosterView | None:
        """The poster shown."""
        return self._view

    def set_view(self, view: PosterView) -> None:
        """Show another geometry or class order; a view the user set stays where it is."""
        before = self._view
        self._view = view
        self._image.set_bounds(view.bounds)
        self._values.set_view(view)
        self._classes.set_view(view)
        self._patches.set_view(view)
        for overlay in self._more:
            overlay.set_view(view)
        if self._patches.selected is not None and self._patches.selected >= view.layout.patches:
            self.select_patch(None)
        if self._patches.hovered is not None and self._patches.hovered >= view.layout.patches:
            self._patches.hovered = None
        if before is None or before.layout.poster != view.layout.poster:
            self.set_content(view.bounds)
            if self.fitted and self._dragging is None:
                self.fit()
        self._describe()
        self.viewport().update()

    def set_image(self, pixels: NDArray[np.uint8] | NDArray[np.floating] | None) -> None:
        """Show pixels [height, width, channels], uint8 or floats in 0-1; None: a blank poster.

        Never moves the view.
        """
        self._image.set_image(None if pixels is None else image_of(pixels))
        self._pictured = pixels is not None
        self.fill_classes(pixels is None)
        self._dress_selection()

    @property
    def classes_shown(self) -> bool:
        """Whether class regions are drawn."""
        return self._classes.isVisible()

    def show_classes(self, shown: bool) -> None:
        """Draw class regions and names, or not."""
        self._classes.setVisible(shown)

    def fill_classes(self, filled: bool) -> None:
        """Tint each class region, or only frame it, so that what lies under it is seen as it is."""
        self._classes.fill_alpha = _CLASS_ALPHA if filled else 0
        self._classes.update()

    def add_overlay(self, overlay: Overlay, under: Literal["classes", "patches"]) -> None:
        """Draw something more over the poster, under the classes or under the patches."""
        self.scene().addItem(overlay)
        overlay.stackBefore(self._classes if under == "classes" else self._patches)
        self._more.append(overlay)
        if self._view is not None:
            overlay.set_view(self._view)

    @property
    def patches_shown(self) -> bool:
        """Whether all patch windows are drawn."""
        return self._patches.all_shown

    def show_patches(self, shown: bool) -> None:
        """Draw all patch windows, or only the hovered and the selected one."""
        self._patches.all_shown = shown
        self._patches.update()

    def show_class(self, cell: int | None, values: CellValues | None) -> None:
        """Outline the class of a cell in place of the selected patch, or not; tint classes by a value."""
        self._values.marked, self._values.values = cell, values
        self._patches.selection_shown = cell is None
        self._values.update()
        self._patches.update()

    def keep_free_above(self, height_px: int) -> None:
        """Keep room for a bar of this height above the ruler."""
        self.set_margins(top=max(MARGINS.top(), height_px + _RULER_PX))

    def show_rulers(self, shown: bool) -> None:
        """Draw pixel rulers, or not."""
        self._rulers = shown
        self.viewport().update()

    def highlight_cells(self, lifted: int | None, target: int | None) -> None:
        """Mark the cell being dragged and the one it would land on."""
        self._classes.lifted, self._classes.target = lifted, target
        self._classes.update()

    @property
    def selected_patch(self) -> int | None:
        """Index of the selected patch."""
        return self._patches.selected

    def select_patch(self, index: int | None) -> None:
        """Select a patch, or none."""
        if index != self._patches.selected:
            self._patches.selected = index
            self._patches.update()
            self._taught = ""
            self._describe()
            self.patch_selected.emit(index)

    def tell_label(self, words: str) -> None:
        """Add what the selected patch teaches to what screen readers hear of the poster."""
        self._taught = words
        self._describe()

    def _describe(self) -> None:
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
            words += f": {self._taught}" if self._taught else ""
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)

    def set_tool(self, tool: CanvasTool | None) -> None:
        """Let ``tool`` take drags."""
        self._tool = tool

    # Pointer and keys

    def spot_at(self, position: QPoint) -> Spot | None:
        """What lies at a viewport position."""
        point = self.mapToScene(position)
        return self._view.spot(point.x(), point.y()) if self._view else None

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
            self._pressed = event.position().toPoint()
            self._dragging = "pan" if event.button() == Qt.MouseButton.MiddleButton else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Hover, pan, or feed the tool."""
        position = event.position().toPoint()
        if self._pressed is None:
            self.hover(self.spot_at(position))
            self._point(self.mapToScene(position))
            return
        moved = position - self._pressed
        if self._dragging is None and moved.manhattanLength() >= _DRAG_STARTS_PX:
            taken = self._tool is not None and self._tool.begin(self.mapToScene(self._pressed))
            self._dragging = "tool" if taken else "pan"
            self.hover(None)
        if self._dragging == "tool" and self._tool:
            free = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self._tool.move(self.mapToScene(position), free)
            self.viewport().update()
        elif self._dragging == "pan":
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            self.pan(moved)
            self._pressed = position

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select on a click; end a drag."""
        position = event.position().toPoint()
        dragging, pressed = self._dragging, self._pressed
        self._dragging = self._pressed = None
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
        self._point(self.mapToScene(position))

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
            self._call_off()
        elif key in _STEPS and self._view:
            across, down = _STEPS[Qt.Key(key)]
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                if self._tool is not None:
                    self._tool.step(across, down)
            else:
                self.step_selection(across, down)
        else:
            event.ignore()

    def _call_off(self) -> None:
        if self._dragging == "tool" and self._tool:
            self._tool.cancel()
            self._dragging = self._pressed = None
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

    def _point(self, point: QPointF) -> None:
        shape = self._tool.cursor(point) if self._tool else None
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor if shape is None else shape)

    # Drawing

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _dress(self) -> None:
        colours = colours_of(self)
        self.setBackgroundBrush(QColor(colours.canvas))
        self._image.set_blank(QColor(colours.surface))
        self._patches.line = QColor(colours.text)
        self._patches.accent = QColor(colours.accent)
        self._dress_selection()

    def _dress_selection(self) -> None:
        """Over a picture the selected patch is outlined in white, in either scheme."""
        self._patches.bright = QColor("#ffffff" if self._pictured else colours_of(self).selection)
        self._patches.update()

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """The ground, and a soft shadow under the poster."""
        super().drawBackground(painter, rect)
        if self._view is None:
            return
        painter.save()
        # What the poster covers is left out: it is most of the screen.
        covered = self.mapFromScene(self._view.bounds).boundingRect().adjusted(4, 4, -4, -4)
        to_device = painter.worldTransform()
        painter.resetTransform()
        painter.setClipRegion(QRegion(self.viewport().rect()) - QRegion(covered))
        painter.setTransform(to_device)
        painter.setPen(Qt.PenStyle.NoPen)
        for spread_px, alpha in ((10, 6), (6, 9), (3, 14)):
            painter.setBrush(QColor(0, 0, 0, alpha))
            reach = spread_px / self.scale_factor
            shadow = self._view.bounds.adjusted(-reach, -reach * 0.6, reach, reach * 1.2)
            painter.drawRoundedRect(shadow, reach, reach)
        painter.restore()

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Rulers, and whatever the tool draws."""
        colours = colours_of(self)
        painter.save()
        painter.resetTransform()
        if self._rulers and self._view is not None:
            backing = QColor(colours.canvas)
            backing.setAlpha(220)
            draw_rulers(
                painter,
                self._view,
                self.viewportTransform(),
                QRectF(self.viewport().rect()),
                QColor(colours.muted),
                backing,
            )
        if self._tool:
            self._tool.draw(painter, self)
        self._round_corners(painter, QColor(colours.window))
        if self._ring.shown:
            draw_focus_ring(painter, self, QRectF(self.viewport().rect()), _CORNER_PX)
        painter.restore()

    def _round_corners(self, painter: QPainter, around: QColor) -> None:
        corners = QPainterPath()
        corners.addRect(QRectF(self.viewport().rect()))
        corners.addRoundedRect(QRectF(self.viewport().rect()), _CORNER_PX, _CORNER_PX)
        painter.fillPath(corners, around)
