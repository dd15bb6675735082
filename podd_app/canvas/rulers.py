"""Pixel rulers along the top and left edge of the poster."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTransform

from podd_app.canvas.poster_geometry import PosterGeometry
from podd_app.style.formatting import format_count

_FONT_PX = 11
_MIN_TICK_SPACING_PX = 56.0
_GAP_PX = 7.0
_EDGE_PX = 5.0


def ticks(length_px: int, patch_px: int, scale: float) -> list[int]:
    """Return the positions of the ruler numbers, in poster pixels.

    The positions are 0, the multiples of a step, and the end. The step is the patch size, multiplied
    or divided by a power of 2.

    Args:
        length_px: side length of the poster, px.
        patch_px: side length of a patch, px.
        scale: screen pixels per poster pixel.
    """
    step = patch_px
    while step * scale < _MIN_TICK_SPACING_PX:
        step *= 2
    while step % 2 == 0 and step * scale >= 4 * _MIN_TICK_SPACING_PX:
        step //= 2
    min_end_distance = 0.7 * _MIN_TICK_SPACING_PX / scale
    inner = [at for at in range(0, length_px, step) if length_px - at >= min_end_distance]
    return [*(inner or [0]), length_px]


def draw_rulers(
    painter: QPainter,
    view: PosterGeometry,
    to_viewport: QTransform,
    viewport: QRectF,
    color: QColor,
    backing: QColor,
) -> None:
    """Draw the ruler numbers. The numbers stay visible when the edge of the poster is off-screen.

    Args:
        painter: a painter in device-independent viewport coordinates.
        view: geometry of the poster.
        to_viewport: transform from poster pixels to viewport pixels.
        viewport: the visible area.
        color: color of the numbers.
        backing: background color of numbers that cover the poster.
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
        text = format_count(at)
        text_width = metrics.horizontalAdvance(text)
        x = to_viewport.map(QPointF(at, 0)).x() - text_width / 2
        _draw_number(
            painter, QRectF(x, top, text_width, line), text, color, backing, top + line > poster.top()
        )

    ys = ticks(height, patch_h, scale)
    max_text_width = max(metrics.horizontalAdvance(format_count(at)) for at in ys)
    right = max(poster.left() - _GAP_PX, viewport.left() + _EDGE_PX + max_text_width)
    for at in ys:
        text = format_count(at)
        text_width = metrics.horizontalAdvance(text)
        y = to_viewport.map(QPointF(0, at)).y() - line / 2
        _draw_number(
            painter,
            QRectF(right - text_width, y, text_width, line),
            text,
            color,
            backing,
            right > poster.left(),
        )


def _draw_number(
    painter: QPainter, rect: QRectF, text: str, color: QColor, backing: QColor, over_poster: bool
) -> None:
    if over_poster:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(backing)
        painter.drawRoundedRect(rect.adjusted(-4, -1, 4, 1), 3, 3)
    painter.setPen(color)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
