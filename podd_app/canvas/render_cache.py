"""A drawing kept as an image while it stays as it is, or is only moved."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QMargins, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QImage, QPainter, QTransform

_REACH_PX = 160
"""How far beyond the viewport is drawn along: so far one can pan before all is drawn anew."""

_ROUNDING_PX = 1e-6


class RenderCache:
    """Copies what it has drawn, from the second time the same is drawn.

    While the pointer hovers, hundreds of lines and names stay where they are; while the view is panned
    they move along, and what comes in at the edges was drawn before. While it is zoomed they are others
    in every frame, and keeping them would only cost more.
    """

    def __init__(self) -> None:
        self._key: Any = None
        self._cached_transform = QTransform()
        self._cached_image: QImage | None = None

    def draw(
        self, painter: QPainter, key: Any, to_device: QTransform, content: Callable[[QPainter], None]
    ) -> None:
        """Draw ``content`` over all of the painter's viewport.

        Args:
            painter: in device-independent pixels of the viewport, untransformed.
            key: equal as long as the same is drawn; size and pixel ratio need not be in it.
            to_device: how ``content`` is scaled and moved.
            content: draws with the painter it gets, which is like ``painter``, but may be moved and
                clipped to what lies round the viewport.
        """
        area, ratio = painter.viewport(), painter.device().devicePixelRatioF()
        key = (key, to_device.m11(), to_device.m22(), area, ratio)
        if key != self._key:
            self._key, self._cached_image = key, None
            content(painter)
            return
        by = _pixel_offset(self._cached_transform, to_device, ratio)
        if self._cached_image is None or by is None:
            self._cached_transform, by = to_device, QPoint()
            self._cached_image = self._render(painter, area, content)
        painter.drawImage(area.topLeft() - QPoint(_REACH_PX, _REACH_PX) + by, self._cached_image)

    def _render(self, painter: QPainter, area: QRect, content: Callable[[QPainter], None]) -> QImage:
        """``content`` in the copy there is, or in a new one: memory that is fresh costs most of a frame."""
        ratio = painter.device().devicePixelRatioF()
        around = QRect(QPoint(), area.size()).marginsAdded(QMargins(*[_REACH_PX] * 4))
        copy = self._cached_image or QImage(around.size() * ratio, QImage.Format.Format_ARGB32_Premultiplied)
        copy.setDevicePixelRatio(ratio)
        copy.fill(Qt.GlobalColor.transparent)
        inner = QPainter(copy)
        inner.setFont(painter.font())
        inner.translate(-around.topLeft())
        inner.setClipRect(around)
        content(inner)
        inner.end()
        return copy


def _pixel_offset(before: QTransform, after: QTransform, ratio: float) -> QPoint | None:
    """How far a copy lies off, if it is whole pixels of the screen and not too far; else None."""
    exact = QPointF(after.dx() - before.dx(), after.dy() - before.dy())
    by, on_screen = exact.toPoint(), exact * ratio
    apart = (exact - QPointF(by), on_screen - QPointF(on_screen.toPoint()))
    whole = all(rest.manhattanLength() < _ROUNDING_PX for rest in apart)
    return by if whole and max(abs(by.x()), abs(by.y())) <= _REACH_PX else None
