"""Two canvases that move together: zoom, position, the spot under the pointer, the selected patch."""

from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from podd_app.canvas.poster_canvas import PosterCanvas
from podd_app.canvas.poster_geometry import Spot

_ARM_PX = 9.0
_OPEN_PX = 3.0


class SpotCrosshair(QGraphicsItem):
    """Cross hairs over one pixel of a poster, equally large at any zoom; open where the pixel is."""

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(1)
        self.hide()

    def boundingRect(self) -> QRectF:
        """The arms and their pens, px."""
        reach = _ARM_PX + 2
        return QRectF(-reach, -reach, 2 * reach, 2 * reach)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """White on black, so that it is seen over any picture."""
        for color, width_px in (("#000000", 3.5), ("#ffffff", 1.5)):
            painter.setPen(QPen(QColor(color), width_px))
            for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                painter.drawLine(QPointF(x, y) * _OPEN_PX, QPointF(x, y) * _ARM_PX)


class LinkedViews(QObject):
    """Lets either canvas follow the other. Posters of other sizes show the same share of themselves.

    Args:
        first, second: the canvases.
    """

    def __init__(self, first: PosterCanvas, second: PosterCanvas) -> None:
        super().__init__(second)
        self._marks = {first: SpotCrosshair(), second: SpotCrosshair()}
        self._linked = self._following = False
        for canvas, other in ((first, second), (second, first)):
            canvas.scene().addItem(self._marks[canvas])
            canvas.view_changed.connect(
                lambda canvas=canvas, other=other: self._on_view_changed(canvas, other)
            )
            canvas.hovered.connect(lambda spot, c=canvas, o=other: self._on_hovered(c, o, spot))
            canvas.patch_selected.connect(lambda patch, c=canvas, o=other: self._on_selected(c, o, patch))
        self._first, self._second = first, second

    def crosshair_of(self, canvas: PosterCanvas) -> SpotCrosshair:
        """The mark on a canvas."""
        return self._marks[canvas]

    def link(self, linked: bool) -> None:
        """Move together from now on, the second where the first is; or each on its own."""
        self._linked = linked
        for mark in self._marks.values():
            mark.hide()
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
        there = _same_spot(canvas, other, spot)
        other.hover(there)
        self._marks[canvas].hide()
        self._marks[other].setVisible(there is not None)
        if there is not None:
            self._marks[other].setPos(there.x_px + 0.5, there.y_px + 0.5)
        self._following = False

    def _on_selected(self, canvas: PosterCanvas, other: PosterCanvas, patch: int | None) -> None:
        if self._linked and _same_layout(canvas, other):
            other.select_patch(patch)


def _same_layout(canvas: PosterCanvas, other: PosterCanvas) -> bool:
    """Whether both show posters of one geometry, whose patches are the same."""
    here, there = canvas.view, other.view
    return here is not None and there is not None and here.layout == there.layout


def _same_spot(canvas: PosterCanvas, other: PosterCanvas, spot: Spot | None) -> Spot | None:
    """What lies at the same share of the other poster's width and height."""
    if spot is None or canvas.view is None or other.view is None:
        return None
    (width, height), (its_width, its_height) = canvas.view.layout.poster, other.view.layout.poster
    return other.view.spot((spot.x_px + 0.5) * its_width / width, (spot.y_px + 0.5) * its_height / height)
