"""Pixels on a scene: sharp squares when enlarged, averages when reduced."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget


def to_qimage(pixels: NDArray[np.uint8] | NDArray[np.floating]) -> QImage:
    """A QImage that owns a copy of ``pixels``.

    Args:
        pixels: [height, width, channels] or [height, width]; uint8, or floats where 0 is black and
            1 is full (clipped); channels 1 (gray) or 3 (red, green, blue).
    """
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    if pixels.dtype != np.uint8:
        pixels = np.round(np.clip(np.nan_to_num(pixels), 0, 1) * 255).astype(np.uint8)
    height, width, channels = pixels.shape
    kind = QImage.Format.Format_Grayscale8 if channels == 1 else QImage.Format.Format_RGB888
    contiguous = np.ascontiguousarray(pixels)
    image = QImage(contiguous.data, width, height, width * channels, kind)
    return image.convertToFormat(QImage.Format.Format_RGB32)  # which is drawn several times faster


class ImageLayer(QGraphicsItem):
    """One image over an area of the scene."""

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self._bounds = QRectF()
        self._image: QImage | None = None
        self._downscaled: QImage | None = None
        self._blank = QColor()

    @property
    def image(self) -> QImage | None:
        """What is shown; None for a blank poster."""
        return self._image

    def set_bounds(self, bounds: QRectF) -> None:
        """Cover ``bounds`` of the scene."""
        self.prepareGeometryChange()
        self._bounds = bounds

    def set_image(self, image: QImage | None) -> None:
        """Show ``image``, stretched over the bounds; None shows a blank poster.

        The view is to paint the bounds anew: a scene would have it paint everything.
        """
        self._image, self._downscaled = image, None

    def set_blank_color(self, color: QColor) -> None:
        """Color of a poster without an image."""
        self._blank = color
        self.update()

    def boundingRect(self) -> QRectF:
        """The area, in scene coordinates."""
        return self._bounds

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the exposed part."""
        if self._image is None:
            painter.fillRect(self._bounds, self._blank)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        shown = painter.deviceTransform().mapRect(self._bounds).size().toSize()
        if shown.width() >= self._image.width() or shown.isEmpty():
            painter.drawImage(self._bounds, self._image)
            return
        # The painter would take a few of the pixels under each dot of the screen; this averages all.
        if self._downscaled is None or self._downscaled.size() != shown:
            smooth = Qt.TransformationMode.SmoothTransformation
            self._downscaled = self._image.scaled(shown, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
        painter.drawImage(self._bounds, self._downscaled)
