"""Zoomable view of a large image."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QAccessible, QColor, QKeyEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

from podd_app.canvas.image_layer import ImageLayer, to_qimage
from podd_app.qt.accessibility import set_accessible_role
from podd_app.style.theme import colors_of
from podd_app.widgets.focus_ring import FocusRing, draw_focus_ring

_MARGIN_PX = 16
_ZOOM_STEP = 1.25
_MAX_SCALE = 8.0


class PictureView(QGraphicsView):
    """Image view: the wheel zooms, dragging pans and the key 0 fits the image to the view.

    The image stays fitted to the view until the user zooms.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setScene(QGraphicsScene(self))
        self._item = ImageLayer()
        self.scene().addItem(self._item)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._fitted = True
        self._focus_ring = FocusRing(self)
        set_accessible_role(self, QAccessible.Role.Graphic)

    @property
    def has_picture(self) -> bool:
        """Whether the view shows an image."""
        return self._item.image is not None

    def set_picture(self, pixels: NDArray[np.uint8] | None) -> None:
        """Show an image and fit it to the view.

        Args:
            pixels: uint8 [height, width, channels]; None clears the view.
        """
        image = None if pixels is None else to_qimage(pixels)
        bounds = QRectF() if image is None else QRectF(image.rect())
        self._item.set_bounds(bounds)
        self._item.set_image(image)
        self.setSceneRect(bounds.adjusted(-_MARGIN_PX, -_MARGIN_PX, _MARGIN_PX, _MARGIN_PX))
        self.viewport().update()
        self.fit()

    def fit(self) -> None:
        """Show the whole image at no more than its original size."""
        self._fitted = True
        if not self.has_picture:
            return
        self.fitInView(self.sceneRect(), Qt.AspectRatioMode.KeepAspectRatio)
        max_scale = 1 / self.devicePixelRatioF()
        if self.transform().m11() > max_scale:
            self.resetTransform()
            self.scale(max_scale, max_scale)

    def zoom(self, factor: float) -> None:
        """Multiply the scale by ``factor``, up to the maximum scale."""
        factor = min(factor, _MAX_SCALE / self.transform().m11())
        self._fitted = False
        self.scale(factor, factor)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer position."""
        self.zoom(_ZOOM_STEP ** (event.angleDelta().y() / 120))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom with + and -; fit the image with 0."""
        match event.key():
            case Qt.Key.Key_Plus:
                self.zoom(_ZOOM_STEP)
            case Qt.Key.Key_Minus:
                self.zoom(1 / _ZOOM_STEP)
            case Qt.Key.Key_0:
                self.fit()
            case _:
                super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the image again unless the user has zoomed."""
        super().resizeEvent(event)
        if self._fitted:
            self.fit()

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Fill the background with the canvas color."""
        painter.fillRect(rect, QColor(colors_of(self).canvas))

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Draw the focus ring."""
        if self._focus_ring.shown:
            painter.save()
            painter.resetTransform()
            draw_focus_ring(painter, self, QRectF(self.viewport().rect()), 0)
            painter.restore()
