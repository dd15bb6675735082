"""A drawing kept as an image while it stays as it is."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter


class Still:
    """Draws once and then copies, from the second time the same is drawn.

    While the pointer hovers, hundreds of lines and names stay where they are; while the view moves
    they are others in every frame, and keeping them would only cost more.
    """

    def __init__(self) -> None:
        self._key: Any = None
        self._image: QImage | None = None

    def draw(self, painter: QPainter, key: Any, content: Callable[[QPainter], None]) -> None:
        """Draw ``content`` over all of the painter's viewport.

        Args:
            painter: in device-independent pixels of the viewport, untransformed.
            key: equal as long as the same is drawn; size and pixel ratio need not be in it.
            content: draws with the painter it gets, which is like ``painter``.
        """
        area, ratio = painter.viewport(), painter.device().devicePixelRatioF()
        key = (key, area, ratio)
        if key != self._key:
            self._key, self._image = key, None
            content(painter)
            return
        if self._image is None:
            self._image = _drawn(painter, area, ratio, content)
        painter.drawImage(area.topLeft(), self._image)


def _drawn(painter: QPainter, area: QRect, ratio: float, content: Callable[[QPainter], None]) -> QImage:
    image = QImage(area.size() * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    inner = QPainter(image)
    inner.setFont(painter.font())
    content(inner)
    inner.end()
    return image
