"""Pixel rulers along the poster's upper and left edge."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTransform

from podd_app.canvas.poster_geometry import PosterGeometry

_FONT_PX = 11
_CLOSEST_TICKS_PX = 56.0
_GAP_PX = 7.0
_EDGE_PX = 5.0


def ticks(length_px: int, patch_px: int, scale: float) -> list[int]:
    """Where numbers stand: 0, multiples of a step in whole patches (or halves), and the end.

    Args:
        length_px: of the poster's side.
        patch_px: side of a patch.
        scale: screen pixels a poster pixel takes.
    """
    step = patch_px
    while step * scale < _CLOSEST_TICKS_PX:
        step *= 2
    while step % 2 == 0 and step * scale >= 4 * _CLOSEST_TICKS_PX:
        step //= 2
    inner = [at for at in range(0, length_px, step) if (length_px - at) * scale >= _CLOSEST_TICKS_PX * 0.7]
    return [*(inner or [0]), length_px]


def draw_rulers(
    painter: QPainter,
    view: PosterGeometry,
    to_viewport: QTransform,
    viewport: QRectF,
    color: QColor,
    backing: QColor,
) -> None:
    """Numbers beside the poster, kept on screen when its edge is not.

    Args:
        painter: in device-independent viewport coordinates.
        view: the poster.
        to_viewport: from poster pixels to viewport pixels.
        viewport: what is seen.
        color: of the numbers.
        backing: behind numbers that lie over the poster.
    """
    font = QFont(painter.font())
    font.setPixelSize(_FONT_PX)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    poster = to_viewport.mapRect(view.bounds)
    scale = to_viewport.m11()
    (width, height), (patch_w, patch_h) = view.layout.poster, view.layout.patch
    line = metrics.height()

    top = max(poster.top() - _GAP_PX - line, viewport.top() + _EDGE_PX)
    for at in ticks(width, patch_w, scale):
        text = str(at)
        breadth = metrics.horizontalAdvance(text)
        x = to_viewport.map(QPointF(at, 0)).x() - breadth / 2
        _number(painter, QRectF(x, top, breadth, line), text, color, backing, top + line > poster.top())

    ys = ticks(height, patch_h, scale)
    broadest = max(metrics.horizontalAdvance(str(at)) for at in ys)
    right = max(poster.left() - _GAP_PX, viewport.left() + _EDGE_PX + broadest)
    for at in ys:
        text = str(at)
        breadth = metrics.horizontalAdvance(text)
        y = to_viewport.map(QPointF(0, at)).y() - line / 2
        _number(
            painter, QRectF(right - breadth, y, breadth, line), text, color, backing, right > poster.left()
        )


def _number(
    painter: QPainter, rect: QRectF, text: str, color: QColor, backing: QColor, over_poster: bool
) -> None:
    if over_poster:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(backing)
        painter.drawRoundedRect(rect.adjusted(-4, -1, 4, 1), 3, 3)
    painter.setPen(color)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
