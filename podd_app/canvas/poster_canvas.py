"""The canvas: a poster to scale, with zoom, pan, rulers, overlays, hover and selection."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPainterPath,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

from podd_app.canvas.image_layer import ImageLayer, image_of
from podd_app.canvas.overlays import ClassOverlay, PatchOverlay
from podd_app.canvas.poster_view import PosterView, Spot
from podd_app.canvas.rulers import draw_rulers
from podd_app.theme import colours_of

_MARGIN_LEFT_PX, _MARGIN_TOP_PX, _MARGIN_RIGHT_PX, _MARGIN_BOTTOM_PX = 40, 64, 24, 24
_SMALLEST_SCALE, _LARGEST_SCALE = 0.05, 128.0
_DRAG_STARTS_PX = 4
_ZOOM_STEP = 1.25
_CORNER_PX = 8
_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class CanvasTool(Protocol):
    """What dragging on the canvas does, other than pan. Points are poster coordinates, px."""

    def cursor(self, point: QPointF) -> Qt.CursorShape | None:
        """The pointer over ``point``; None: the usual one."""

    def begin(self, point: QPointF) -> bool:
        """A drag began at ``point``; True takes it, False leaves it to pan."""

    def move(self, point: QPointF) -> None:
        """The drag is now at ``point``."""

    def finish(self, point: QPointF) -> None:
        """The drag ended at ``point``."""

    def cancel(self) -> None:
        """The drag was called off (Escape)."""

    def draw(self, painter: QPainter, canvas: "PosterCanvas") -> None:
        """Draw over everything, in viewport pixels."""


class PosterCanvas(QGraphicsView):
    """A poster on a quiet ground. The view belongs to the user: new images never move it.

    Wheel zooms at the pointer; dragging pans unless a tool takes the drag; a click selects the
    patch whose middle is nearest; arrow keys move the selection; +, - and 0 zoom and fit.
    """

    hovered = Signal(object)
    """The `Spot` under the pointer, or None."""
    patch_selected = Signal(object)
    """Index of the selected patch, or None."""
    view_moved = Signal()
    """Zoom or position changed, by whomever."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setScene(QGraphicsScene(self))
        self.setAccessibleName(self.tr("Poster"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setMouseTracking(True)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setMinimumSize(240, 200)
        self._image = ImageLayer()
        self._classes = ClassOverlay()
        self._patches = PatchOverlay()
        for item in (self._image, self._classes, self._patches):
            self.scene().addItem(item)
        self._view: PosterView | None = None
        self._tool: CanvasTool | None = None
        self._pictured = False
        self._fitted = True
        self._rulers = True
        self._spot: Spot | None = None
        self._pressed: QPoint | None = None
        self._dragging: str | None = None
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
        self._classes.set_view(view)
        self._patches.set_view(view)
        if self._patches.selected is not None and self._patches.selected >= view.layout.patches:
            self.select_patch(None)
        if self._patches.hovered is not None and self._patches.hovered >= view.layout.patches:
            self._patches.hovered = None
        if before is None or before.layout.poster != view.layout.poster:
            reach = 4.0 * max(view.layout.poster)
            self.setSceneRect(view.bounds.adjusted(-reach, -reach, reach, reach))
            if self._fitted and self._dragging is None:
                self.fit()
        self.viewport().update()

    def set_image(self, pixels: NDArray[np.uint8] | NDArray[np.floating] | None) -> None:
        """Show pixels [height, width, channels], uint8 or floats in 0-1; None: a blank poster.

        Never moves the view.
        """
        self._image.set_image(None if pixels is None else image_of(pixels))
        self._classes.fill_alpha = 40 if pixels is None else 0
        self._classes.update()
        self._pictured = pixels is not None
        self._dress_selection()

    @property
    def classes_shown(self) -> bool:
        """Whether class regions are drawn."""
        return self._classes.isVisible()

    def show_classes(self, shown: bool) -> None:
        """Draw class regions and names, or not."""
        self._classes.setVisible(shown)

    @property
    def patches_shown(self) -> bool:
        """Whether all patch windows are drawn."""
        return self._patches.all_shown

    def show_patches(self, shown: bool) -> None:
        """Draw all patch windows, or only the hovered and the selected one."""
        self._patches.all_shown = shown
        self._patches.update()

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
            self.patch_selected.emit(index)

    def set_tool(self, tool: CanvasTool | None) -> None:
        """Let ``tool`` take drags."""
        self._tool = tool

    # Where the user looks

    @property
    def scale_factor(self) -> float:
        """Screen pixels a poster pixel takes."""
        return self.transform().m11()

    @property
    def centre(self) -> QPointF:
        """Poster coordinates in the middle of the canvas."""
        return self.mapToScene(self.viewport().rect()).boundingRect().center()

    @property
    def fitted(self) -> bool:
        """Whether the view follows the poster's size; until the user zooms or pans."""
        return self._fitted

    def look_at(self, centre: QPointF, scale: float) -> None:
        """Zoom to ``scale`` around poster coordinates ``centre``."""
        self._fitted = False
        self._place(centre, scale)

    def fit(self) -> None:
        """Show the whole poster, and keep doing so until the user zooms or pans."""
        self._fitted = True
        if self._view is None:
            return
        area = QRectF(self.viewport().rect()).adjusted(
            _MARGIN_LEFT_PX, _MARGIN_TOP_PX, -_MARGIN_RIGHT_PX, -_MARGIN_BOTTOM_PX
        )
        bounds = self._view.bounds
        scale = max(_SMALLEST_SCALE, min(area.width() / bounds.width(), area.height() / bounds.height()))
        shift = (area.center() - QRectF(self.viewport().rect()).center()) / scale
        self._place(bounds.center() - shift, scale)

    def zoom(self, factor: float, at: QPoint | None = None) -> None:
        """Enlarge by ``factor``, keeping the poster point under viewport point ``at`` in place."""
        at = self.viewport().rect().center() if at is None else at
        scale = min(_LARGEST_SCALE, max(_SMALLEST_SCALE, self.scale_factor * factor))
        kept = self.mapToScene(at)
        ratio = self.scale_factor / scale
        self.look_at(kept + (self.centre - kept) * ratio, scale)

    def pan(self, by: QPoint) -> None:
        """Move the poster by viewport pixels."""
        self.look_at(self.centre - QPointF(by) / self.scale_factor, self.scale_factor)

    def _place(self, centre: QPointF, scale: float) -> None:
        self.resetTransform()
        self.scale(scale, scale)
        self.centerOn(centre)
        self.view_moved.emit()

    # Pointer and keys

    def spot_at(self, position: QPoint) -> Spot | None:
        """What lies at a viewport position."""
        point = self.mapToScene(position)
        return self._view.spot(point.x(), point.y()) if self._view else None

    def _hover(self, spot: Spot | None) -> None:
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
            self._hover(self.spot_at(position))
            self._point(self.mapToScene(position))
            return
        moved = position - self._pressed
        if self._dragging is None and moved.manhattanLength() >= _DRAG_STARTS_PX:
            taken = self._tool is not None and self._tool.begin(self.mapToScene(self._pressed))
            self._dragging = "tool" if taken else "pan"
            self._hover(None)
        if self._dragging == "tool" and self._tool:
            self._tool.move(self.mapToScene(position))
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
            if self._fitted:
                self.fit()
        elif dragging is None and pressed is not None:
            spot = self.spot_at(position)
            self.select_patch(spot.patch if spot else None)
        self._point(self.mapToScene(position))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Outside the poster, fit it."""
        if self.spot_at(event.position().toPoint()) is None:
            self.fit()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is hovered any more."""
        self._hover(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with a wheel; pan with a touchpad's two fingers."""
        if not event.pixelDelta().isNull() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.pan(event.pixelDelta())
        else:
            self.zoom(_ZOOM_STEP ** (event.angleDelta().y() / 120), event.position().toPoint())
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        """Zoom with a pinch."""
        if (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture
        ):
            self.zoom(1 + event.value(), event.position().toPoint())
            return True
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom, fit, and move the selection."""
        key = event.key()
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(_ZOOM_STEP)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / _ZOOM_STEP)
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key == Qt.Key.Key_Escape:
            self._call_off()
        elif key in _STEPS and self._view:
            self._step_selection(*_STEPS[Qt.Key(key)])
        else:
            event.ignore()

    def _call_off(self) -> None:
        if self._dragging == "tool" and self._tool:
            self._tool.cancel()
            self._dragging = self._pressed = None
            self.viewport().update()
            if self._fitted:
                self.fit()
        else:
            self.select_patch(None)

    def _step_selection(self, across: int, down: int) -> None:
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep a fitted poster fitted, and any other centred where it was."""
        super().resizeEvent(event)
        if self._fitted:
            self.fit()

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
        painter.setPen(Qt.PenStyle.NoPen)
        for spread_px, alpha in ((10, 6), (6, 9), (3, 14)):
            painter.setBrush(QColor(0, 0, 0, alpha))
            reach = spread_px / self.scale_factor
            shadow = self._view.bounds.adjusted(-reach, -reach * 0.6, reach, reach * 1.2)
            painter.drawRoundedRect(shadow, reach, reach)

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
        painter.restore()

    def _round_corners(self, painter: QPainter, around: QColor) -> None:
        corners = QPainterPath()
        corners.addRect(QRectF(self.viewport().rect()))
        corners.addRoundedRect(QRectF(self.viewport().rect()), _CORNER_PX, _CORNER_PX)
        painter.fillPath(corners, around)
