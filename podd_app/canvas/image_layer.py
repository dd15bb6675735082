"""Scene item for an image: sharp pixels when enlarged, averaged pixels when reduced."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget


def to_qimage(pixels: NDArray[np.uint8] | NDArray[np.floating]) -> QImage:
    """Return a QImage with its own copy of ``pixels``.

    Args:
        pixels: [height, width, channels] or [height, width], with 1 channel (gray) or 3 channels
            (red, green, blue). uint8, or floats that are clipped to [0, 1] with 0 as black.
    """
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    if pixels.dtype != np.uint8:
        pixels = np.round(np.clip(np.nan_to_num(pixels), 0, 1) * 255).astype(np.uint8)
    height, width, channels = pixels.shape
    image_format = QImage.Format.Format_Grayscale8 if channels == 1 else QImage.Format.Format_RGB888
    contiguous = np.ascontiguousarray(pixels)
    image = QImage(contiguous.data, width, height, width * channels, image_format)
    # Qt draws the format RGB32 several times faster than the other formats.
    return image.convertToFormat(QImage.Format.Format_RGB32)


class ImageLayer(QGraphicsItem):
    """Scene item that stretches one image over a rectangle."""

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self._bounds = QRectF()
        self._image: QImage | None = None
        self._downscaled: QImage | None = None
        self._blank = QColor()

    @property
    def image(self) -> QImage | None:
        """The image, or None for a blank poster."""
        return self._image

    def set_bounds(self, bounds: QRectF) -> None:
        """Set the rectangle of the item, in scene coordinates."""
        self.prepareGeometryChange()
        self._bounds = bounds

    def set_image(self, image: QImage | None) -> None:
        """Show ``image``, or a blank poster if None.

        The caller must repaint the bounds in the view. ``QGraphicsItem.update()`` would repaint the
        whole view.
        """
        self._image, self._downscaled = image, None

    def set_blank_color(self, color: QColor) -> None:
        """Set the fill color of a blank poster."""
        self._blank = color
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the rectangle of the item, in scene coordinates."""
        return self._bounds

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the image."""
        if self._image is None:
            painter.fillRect(self._bounds, self._blank)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        size = painter.deviceTransform().mapRect(self._bounds).size().toSize()
        if size.width() >= self._image.width() or size.isEmpty():
            painter.drawImage(self._bounds, self._image)
            return
        # QPainter would sample only a few image pixels for each screen pixel. scaled() averages all of them.
        if self._downscaled is None or self._downscaled.size() != size:
            smooth = Qt.TransformationMode.SmoothTransformation
            self._downscaled = self._image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
        painter.drawImage(self._bounds, self._downscaled)
