"""Cache for a drawing that stays unchanged or only moves."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QMargins, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QImage, QPainter, QTransform

_MARGIN_PX = 160
"""Width of the area around the viewport that is cached as well: the maximum pan without a new drawing."""

_ROUNDING_PX = 1e-6


class RenderCache:
    """Image cache for a drawing. The second draw with the same key fills the cache.

    - Hover: hundreds of lines and names stay in place, and the cache replaces their drawing.
    - Pan: the cached image moves, and its margin contains what appears at the edges.
    - Zoom: the drawing changes in each frame. The first draw of a key is not cached because the image
      would not be used again.
    """

    def __init__(self) -> None:
        self._key: Any = None
        self._cached_transform = QTransform()
        self._cached_image: QImage | None = None

    def draw(
        self, painter: QPainter, key: Any, to_device: QTransform, content: Callable[[QPainter], None]
    ) -> None:
        """Draw ``content`` over the whole viewport of the painter.

        Args:
            painter: a painter without transformation, in device-independent pixels of the viewport.
            key: equal for equal drawings. The method adds scale, viewport and pixel ratio to the key.
            to_device: scale and position of ``content``.
            content: draws with the given painter. The painter has the font of ``painter``, but can be
                translated and clipped to an area larger than the viewport.
        """
        area, ratio = painter.viewport(), painter.device().devicePixelRatioF()
        key = (key, to_device.m11(), to_device.m22(), area, ratio)
        if key != self._key:
            self._key, self._cached_image = key, None
            content(painter)
            return
        offset = _pixel_offset(self._cached_transform, to_device, ratio)
        if self._cached_image is None or offset is None:
            self._cached_transform, offset = to_device, QPoint()
            self._cached_image = self._render(painter, area, content)
        painter.drawImage(area.topLeft() - QPoint(_MARGIN_PX, _MARGIN_PX) + offset, self._cached_image)

    def _render(self, painter: QPainter, area: QRect, content: Callable[[QPainter], None]) -> QImage:
        """Draw ``content`` to the existing image, or to a new image.

        The image is reused because the allocation of new memory takes most of the time of a frame.
        """
        ratio = painter.device().devicePixelRatioF()
        extended = QRect(QPoint(), area.size()).marginsAdded(QMargins(*[_MARGIN_PX] * 4))
        image = self._cached_image or QImage(
            extended.size() * ratio, QImage.Format.Format_ARGB32_Premultiplied
        )
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        inner = QPainter(image)
        inner.setFont(painter.font())
        inner.translate(-extended.topLeft())
        inner.setClipRect(extended)
        content(inner)
        inner.end()
        return image


def _pixel_offset(before: QTransform, after: QTransform, ratio: float) -> QPoint | None:
    """Return the offset between two transforms.

    Returns:
        None if the offset is not a whole number of screen pixels, or larger than the cached margin.
    """
    exact = QPointF(after.dx() - before.dx(), after.dy() - before.dy())
    offset, on_screen = exact.toPoint(), exact * ratio
    remainders = (exact - QPointF(offset), on_screen - QPointF(on_screen.toPoint()))
    whole = all(remainder.manhattanLength() < _ROUNDING_PX for remainder in remainders)
    return offset if whole and max(abs(offset.x()), abs(offset.y())) <= _MARGIN_PX else None
