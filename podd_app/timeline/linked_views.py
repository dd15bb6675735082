"""Synchronization of two canvases: zoom, position, hovered spot and selected patch."""

from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from podd_app.canvas.poster_canvas import PosterCanvas
from podd_app.canvas.poster_geometry import Spot

_ARM_PX = 9.0
_OPEN_PX = 3.0


class SpotCrosshair(QGraphicsItem):
    """Crosshair around one pixel of a poster, with the same size at each zoom level and an open center."""

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(1)
        self.hide()

    def boundingRect(self) -> QRectF:
        """Return the area of the arms and their pens, px."""
        reach = _ARM_PX + 2
        return QRectF(-reach, -reach, 2 * reach, 2 * reach)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw white lines with a black border, which are visible over each image."""
        for color, width_px in (("#000000", 3.5), ("#ffffff", 1.5)):
            painter.setPen(QPen(QColor(color), width_px))
            for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                painter.drawLine(QPointF(x, y) * _OPEN_PX, QPointF(x, y) * _ARM_PX)


class LinkedViews(QObject):
    """Makes each of two canvases follow the other.

    Posters of different sizes show the same relative part.

    Args:
        first: the first canvas. The second canvas takes its view when linking starts.
        second: the second canvas.
    """

    def __init__(self, first: PosterCanvas, second: PosterCanvas) -> None:
        super().__init__(second)
        self._crosshairs = {first: SpotCrosshair(), second: SpotCrosshair()}
        self._linked = self._following = False
        for canvas, other in ((first, second), (second, first)):
            canvas.scene().addItem(self._crosshairs[canvas])
            canvas.view_changed.connect(
                lambda canvas=canvas, other=other: self._on_view_changed(canvas, other)
            )
            canvas.hovered.connect(lambda spot, c=canvas, o=other: self._on_hovered(c, o, spot))
            canvas.patch_selected.connect(lambda patch, c=canvas, o=other: self._on_selected(c, o, patch))
        self._first, self._second = first, second

    def crosshair_of(self, canvas: PosterCanvas) -> SpotCrosshair:
        """Return the crosshair of a canvas."""
        return self._crosshairs[canvas]

    def link(self, linked: bool) -> None:
        """Start or stop linking. On start, the second canvas takes the view of the first."""
        self._linked = linked
        for crosshair in self._crosshairs.values():
            crosshair.hide()
        if linked:
            self._on_view_changed(self._first, self._second)
            self._second.hover(None)
            patch = self._first.selected_patch
            self._second.select_patch(patch if _same_layout(self._first, self._second) else None)

    def _on_view_changed(self, canvas: PosterCanvas, other: PosterCanvas) -> None:
        if self._linked and not self._following:
            self._following = True
            other.sync_with(canvas)
            self._following = False

    def _on_hovered(self, canvas: PosterCanvas, other: PosterCanvas, spot: Spot | None) -> None:
        if not self._linked or self._following:
            return
        self._following = True
        other_spot = _corresponding_spot(canvas, other, spot)
        other.hover(other_spot)
        self._crosshairs[canvas].hide()
        self._crosshairs[other].setVisible(other_spot is not None)
        if other_spot is not None:
            self._crosshairs[other].setPos(other_spot.x_px + 0.5, other_spot.y_px + 0.5)
        self._following = False

    def _on_selected(self, canvas: PosterCanvas, other: PosterCanvas, patch: int | None) -> None:
        if self._linked and _same_layout(canvas, other):
            other.select_patch(patch)


def _same_layout(canvas: PosterCanvas, other: PosterCanvas) -> bool:
    """Return whether both canvases show the same layout, and thus the same patches."""
    first, second = canvas.view, other.view
    return first is not None and second is not None and first.layout == second.layout


def _corresponding_spot(canvas: PosterCanvas, other: PosterCanvas, spot: Spot | None) -> Spot | None:
    """Return the spot at the same relative position of the other poster."""
    if spot is None or canvas.view is None or other.view is None:
        return None
    (width, height), (other_width, other_height) = canvas.view.layout.poster, other.view.layout.poster
    x, y = spot.x_px + 0.5, spot.y_px + 0.5
    return other.view.spot(x * other_width / width, y * other_height / height)
