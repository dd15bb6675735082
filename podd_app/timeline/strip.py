"""Where thumbnails lie along the track, and how they are drawn."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

LARGEST_PX = QSizeF(96, 28)
"""Room for a thumbnail; posters of other shapes lie within it."""

_GAP_PX = 4.0
_RADIUS_PX = 3.0


@dataclass(frozen=True)
class ThumbnailFrame:
    """A place on the strip.

    Args:
        step: whose thumbnail lies there.
        area: where, px.
    """

    step: int
    area: QRectF


def thumbnail_size(poster: tuple[int, int]) -> QSizeF:
    """Size of a thumbnail of a poster of this width and height, px."""
    return QSizeF(*poster).scaled(LARGEST_PX, Qt.AspectRatioMode.KeepAspectRatio)


def layout_thumbnails(
    snapshot_steps: Sequence[tuple[int, float]], best: int | None, size: QSizeF, width: float
) -> list[ThumbnailFrame]:
    """As many frames as fit without lying over each other, each where its step is, rising.

    The latest and the best are among them wherever they fit; the others are taken from the beginning.

    Args:
        stops: step and x of each, px, in the order of steps.
        best: the step of the best poster.
        size: of a thumbnail, px.
        width: of the strip, px; frames at its ends are moved inside.
    """
    if not snapshot_steps or width < size.width():
        return []
    taken: list[ThumbnailFrame] = []
    favored = [snapshot_steps[-1], *(stop for stop in snapshot_steps if stop[0] == best)]
    for step, x in [*favored, *snapshot_steps]:
        left = min(max(0.0, x - size.width() / 2), width - size.width())
        reach = size.width() + _GAP_PX
        if all(abs(left - frame.area.left()) >= reach for frame in taken):
            taken.append(ThumbnailFrame(step, QRectF(left, 0, size.width(), size.height())))
    return sorted(taken, key=lambda frame: frame.step)


def render_filmstrip(
    frames: Iterable[ThumbnailFrame], image_of: Callable[[int], QImage | None], empty: QColor, ratio: float
) -> QImage:
    """All thumbnails side by side, each with rounded corners where its frame lies; else transparent.

    Args:
        frames: where they lie.
        image_of: the thumbnail of a step; None while it is being made.
        empty: color of a frame without one.
        ratio: device pixels a pixel takes.
    """
    frames = tuple(frames)
    across = max((frame.area.right() for frame in frames), default=1.0)
    down = max((frame.area.bottom() for frame in frames), default=1.0)
    strip = QImage((QSizeF(across, down) * ratio).toSize(), QImage.Format.Format_ARGB32_Premultiplied)
    strip.setDevicePixelRatio(ratio)
    strip.fill(Qt.GlobalColor.transparent)
    painter = QPainter(strip)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for frame in frames:
        shape, image = QPainterPath(), image_of(frame.step)
        shape.addRoundedRect(frame.area, _RADIUS_PX, _RADIUS_PX)
        if image is None:
            painter.fillPath(shape, empty)
            continue
        painter.setClipPath(shape)
        smooth = frame.area.width() * ratio < image.width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(frame.area, image)
        painter.setClipping(False)
    painter.end()
    return strip


def draw_outline(painter: QPainter, area: QRectF, color: QColor) -> None:
    """Mark the frame looked at or pointed at; ``painter`` is antialiased."""
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color, 2))
    painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), _RADIUS_PX, _RADIUS_PX)
    painter.restore()


def frame_at(frames: Iterable[ThumbnailFrame], x: float, y: float) -> ThumbnailFrame | None:
    """The frame under a point."""
    return next((frame for frame in frames if frame.area.contains(x, y)), None)
