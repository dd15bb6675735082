"""A drawing kept as an image while it stays as it is, or is only moved."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage, QPainter, QTransform


class Still:
    """Copies what it has drawn, from the second time the same is drawn.

    While the pointer hovers, hundreds of lines and names stay where they are; while the view is panned
    they move along, and only what comes in at the edges is drawn. While it is zoomed they are others in
    every frame, and keeping them would only cost more.
    """

    def __init__(self) -> None:
        self._key: Any = None
        self._moved = QTransform()
        self._image: QImage | None = None

    def draw(
        self, painter: QPainter, key: Any, to_device: QTransform, content: Callable[[QPainter], None]
    ) -> None:
        """Draw ``content`` over all of the painter's viewport.

        Args:
            painter: in device-independent pixels of the viewport, untransformed.
            key: equal as long as the same is drawn; size and pixel ratio need not be in it.
            to_device: how ``content`` is scaled and moved.
            content: draws with the painter it gets, which is like ``painter``, but may be clipped.
        """
        area, ratio = painter.viewport(), painter.device().devicePixelRatioF()
        before, self._moved = self._moved, to_device
        key = (key, to_device.m11(), to_device.m22(), area, ratio)
        if key != self._key:
            self._key, self._image = key, None
            content(painter)
            return
        by = QPoint(round(to_device.dx() - before.dx()), round(to_device.dy() - before.dy()))
        followed = QTransform(before).translate(by.x() / before.m11(), by.y() / before.m22())
        if self._image is None or followed != to_device or not area.intersects(area.translated(by)):
            self._image = _empty(painter, area, ratio)
            _draw(self._image, QRect(QPoint(), area.size()), painter, content)
        elif not by.isNull():
            self._image = _moved(self._image, by, area, painter, content)
        painter.drawImage(area.topLeft(), self._image)


def _empty(painter: QPainter, area: QRect, ratio: float) -> QImage:
    image = QImage(area.size() * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    return image


def _draw(image: QImage, where: QRect, painter: QPainter, content: Callable[[QPainter], None]) -> None:
    inner = QPainter(image)
    inner.setFont(painter.font())
    inner.setClipRect(where)
    content(inner)
    inner.end()


def _moved(
    image: QImage, by: QPoint, area: QRect, painter: QPainter, content: Callable[[QPainter], None]
) -> QImage:
    """``image`` moved, and what comes in drawn: strips at one side and at the top or below."""
    moved = _empty(painter, area, image.devicePixelRatioF())
    copying = QPainter(moved)
    copying.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    copying.drawImage(by, image)
    copying.end()
    whole = QRect(QPoint(), area.size())
    kept = whole & whole.translated(by)
    beside = QRect(0 if by.x() > 0 else kept.right() + 1, 0, abs(by.x()), whole.height())
    above = QRect(kept.left(), 0 if by.y() > 0 else kept.bottom() + 1, kept.width(), abs(by.y()))
    for strip in (beside & whole, above & whole):
        if not strip.isEmpty():
            _draw(moved, strip, painter, content)
    return moved
