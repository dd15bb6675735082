"""Enlarged image of a patch with sharp pixels."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from podd_app.canvas.image_layer import to_qimage
from podd_app.qt.accessibility import set_accessible_role
from podd_app.style.colormap import apply_colormap

_CORNER_PX = 6
_HEAT_OPACITY = 0.8


class PatchPicture(QWidget):
    """Square widget with an enlarged patch and an optional heat map.

    Args:
        side_px: side length of the widget, px.
    """

    def __init__(self, side_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._heat: QImage | None = None
        self.setFixedSize(QSize(side_px, side_px))
        self.setAccessibleName(self.tr("Enlarged patch"))
        set_accessible_role(self, QAccessible.Role.Graphic)

    @property
    def image(self) -> QImage | None:
        """The image of the patch at its original size, or None."""
        return self._image

    def show_pixels(self, pixels: NDArray[np.uint8]) -> None:
        """Show a patch.

        Args:
            pixels: uint8 [height, width, channels].
        """
        self._image = to_qimage(pixels)
        self.setAccessibleDescription(self.tr("%d by %d pixels") % (pixels.shape[1], pixels.shape[0]))
        self.update()

    @property
    def heat(self) -> QImage | None:
        """The heat map at the original size of the patch, or None."""
        return self._heat

    def show_heat(self, strength: NDArray[np.float32] | None) -> None:
        """Show a heat map over the patch. High values are bright.

        Args:
            strength: float32 [height, width], non-negative. None removes the heat map.
        """
        self._heat = (
            None if strength is None else to_qimage(apply_colormap(strength, 0.0, float(strength.max())))
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the patch without smoothing, with rounded corners like the other widgets."""
        if self._image is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        outline = QPainterPath()
        outline.addRoundedRect(area, _CORNER_PX, _CORNER_PX)
        painter.setClipPath(outline)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        rect = QRectF(0, 0, size.width(), size.height())
        rect.moveCenter(area.center())
        painter.drawImage(rect, self._image)
        if self._heat is not None:
            painter.setOpacity(_HEAT_OPACITY)
            painter.drawImage(rect, self._heat)
