"""Layout and drawing of the thumbnails above the timeline."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

LARGEST_PX = QSizeF(96, 28)
"""Maximum size of a thumbnail. Thumbnails keep the aspect ratio of the poster."""

_GAP_PX = 4.0
_RADIUS_PX = 3.0


@dataclass(frozen=True)
class ThumbnailFrame:
    """Position of a thumbnail on the film strip.

    Args:
        step: outer step of the thumbnail.
        area: rectangle of the thumbnail, px.
    """

    step: int
    area: QRectF


def thumbnail_size(poster: tuple[int, int]) -> QSizeF:
    """Return the size of a thumbnail, px.

    Args:
        poster: width and height of the poster, px.
    """
    return QSizeF(*poster).scaled(LARGEST_PX, Qt.AspectRatioMode.KeepAspectRatio)


def layout_thumbnails(
    snapshot_steps: Sequence[tuple[int, float]], best: int | None, size: QSizeF, width: float
) -> list[ThumbnailFrame]:
    """Return as many frames as fit without overlaps, sorted by step.

    The latest poster is placed first, then the best one, then the others from the first step on.

    Args:
        snapshot_steps: step and x position (px) of each snapshot, sorted by step.
        best: the step of the best poster, or None.
        size: size of a thumbnail, px.
        width: width of the strip, px. Frames at the ends are moved inside.
    """
    if not snapshot_steps or width < size.width():
        return []
    frames: list[ThumbnailFrame] = []
    preferred = [snapshot_steps[-1], *(each for each in snapshot_steps if each[0] == best)]
    for step, x in [*preferred, *snapshot_steps]:
        left = min(max(0.0, x - size.width() / 2), width - size.width())
        spacing = size.width() + _GAP_PX
        if all(abs(left - frame.area.left()) >= spacing for frame in frames):
            frames.append(ThumbnailFrame(step, QRectF(left, 0, size.width(), size.height())))
    return sorted(frames, key=lambda frame: frame.step)


def render_filmstrip(
    frames: Iterable[ThumbnailFrame], image_of: Callable[[int], QImage | None], empty: QColor, ratio: float
) -> QImage:
    """Return an image of all thumbnails with rounded corners on a transparent background.

    Args:
        frames: positions of the thumbnails.
        image_of: returns the thumbnail of a step, or None if it is not available yet.
        empty: color of a frame without a thumbnail.
        ratio: device pixel ratio.
    """
    frames = tuple(frames)
    width = max((frame.area.right() for frame in frames), default=1.0)
    height = max((frame.area.bottom() for frame in frames), default=1.0)
    strip = QImage((QSizeF(width, height) * ratio).toSize(), QImage.Format.Format_ARGB32_Premultiplied)
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
    """Draw an outline around the shown or hovered thumbnail. ``painter`` must be antialiased."""
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color, 2))
    painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), _RADIUS_PX, _RADIUS_PX)
    painter.restore()


def frame_at(frames: Iterable[ThumbnailFrame], x: float, y: float) -> ThumbnailFrame | None:
    """Return the frame at a point, or None."""
    return next((frame for frame in frames if frame.area.contains(x, y)), None)
