"""Where thumbnails lie along the track, and how they are drawn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from podd_app.theme import Colours

LARGEST_PX = QSizeF(96, 28)
"""Room for a thumbnail; posters of other shapes lie within it."""

_GAP_PX = 4.0
_RADIUS_PX = 3.0


@dataclass(frozen=True)
class Frame:
    """A place on the strip.

    Args:
        step: whose thumbnail lies there.
        area: where, px.
    """

    step: int
    area: QRectF


def fitted(poster: tuple[int, int]) -> QSizeF:
    """Size of a thumbnail of a poster of this width and height, px."""
    return QSizeF(*poster).scaled(LARGEST_PX, Qt.AspectRatioMode.KeepAspectRatio)


def lay_out(stops: Sequence[tuple[int, float]], best: int | None, size: QSizeF, width: float) -> list[Frame]:
    """As many frames as fit without lying over each other, each where its step is, rising.

    The latest and the best are among them wherever they fit; the others are taken from the beginning.

    Args:
        stops: step and x of each, px, in the order of steps.
        best: the step of the best poster.
        size: of a thumbnail, px.
        width: of the strip, px; frames at its ends are moved inside.
    """
    if not stops or width < size.width():
        return []
    taken: list[Frame] = []
    favoured = [stops[-1], *(stop for stop in stops if stop[0] == best)]
    for step, x in [*favoured, *stops]:
        left = min(max(0.0, x - size.width() / 2), width - size.width())
        reach = size.width() + _GAP_PX
        if all(abs(left - frame.area.left()) >= reach for frame in taken):
            taken.append(Frame(step, QRectF(left, 0, size.width(), size.height())))
    return sorted(taken, key=lambda frame: frame.step)


def draw_frame(
    painter: QPainter, area: QRectF, image: QImage | None, outline: QColor | None, colours: Colours
) -> None:
    """One thumbnail with rounded corners.

    Args:
        painter: antialiased.
        area: where, px.
        image: the thumbnail; None while it is being made.
        outline: around the one looked at or pointed at.
        colours: of the scheme.
    """
    shape = QPainterPath()
    shape.addRoundedRect(area, _RADIUS_PX, _RADIUS_PX)
    if image is None:
        painter.fillPath(shape, QColor(colours.border))
    else:
        shown_px = area.width() * painter.device().devicePixelRatioF()
        painter.save()
        painter.setClipPath(shape)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, shown_px < image.width())
        painter.drawImage(area, image)
        painter.restore()
    if outline is not None:
        painter.save()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(outline, 2))
        painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), _RADIUS_PX, _RADIUS_PX)
        painter.restore()


def frame_at(frames: Iterable[Frame], x: float, y: float) -> Frame | None:
    """The frame under a point."""
    return next((frame for frame in frames if frame.area.contains(x, y)), None)
