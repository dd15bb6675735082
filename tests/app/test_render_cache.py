"""Render cache: cached and moved drawings look like new drawings."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QTransform

from podd_app.canvas.render_cache import RenderCache

WIDTH, HEIGHT = 120, 90


def pixels(image: QImage) -> NDArray[np.uint8]:
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return rows[:, : image.width()].copy()


class Scene:
    """Semi-transparent rectangles and lines. Records the drawn areas."""

    def __init__(self, ratio: float) -> None:
        self.ratio = ratio
        self.drawn: list[QRectF] = []
        self.cache = RenderCache()

    def _draw_content(self, to_device: QTransform, painter: QPainter) -> None:
        clipped = painter.hasClipping()
        self.drawn.append(painter.clipBoundingRect() if clipped else QRectF(0, 0, WIDTH, HEIGHT))
        for index in range(40):
            at = to_device.map(QPointF(9 * index - 60, 7 * (index % 13) - 20)).toPoint()
            painter.fillRect(at.x(), at.y(), 14, 9, QColor(20 * index % 255, 90, 200, 120))
            painter.setPen(QPen(QColor("#ffffff"), 1))
            painter.drawRect(at.x(), at.y(), 30, 21)

    def show(self, to_device: QTransform, key: str = "same", cached: bool = True) -> NDArray[np.uint8]:
        image = QImage(
            round(WIDTH * self.ratio), round(HEIGHT * self.ratio), QImage.Format.Format_ARGB32_Premultiplied
        )
        image.setDevicePixelRatio(self.ratio)
        image.fill(Qt.GlobalColor.black)
        painter = QPainter(image)
        painter.setViewport(0, 0, WIDTH, HEIGHT)
        painter.setWindow(0, 0, WIDTH, HEIGHT)
        cache = self.cache if cached else RenderCache()
        cache.draw(painter, key, to_device, lambda painter: self._draw_content(to_device, painter))
        painter.end()
        return pixels(image)


def transform(x: float, y: float, scale: float = 2.0) -> QTransform:
    return QTransform(scale, 0, 0, scale, x, y)


@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize("offset", [(0, 0), (3, 2), (-3, -2), (5, 0), (0, -7), (-40, 30), (500, 0), (0.5, 1)])
def test_moved_drawing_equals_a_new_drawing(offset: tuple[float, float], ratio: float) -> None:
    scene = Scene(ratio)
    for _ in range(2):  # the second draw fills the cache
        scene.show(transform(10, 4))
    moved = scene.show(transform(10 + offset[0], 4 + offset[1]))
    expected = scene.show(transform(10 + offset[0], 4 + offset[1]), cached=False)
    # Qt omits the corner pixel of a rectangle that starts outside the clip area.
    assert (moved != expected).any(axis=2).sum() <= 2


def test_drawing_is_repeated_only_after_a_long_move_or_a_change() -> None:
    scene = Scene(1.0)
    for _ in range(3):
        scene.show(transform(10, 4))
    assert len(scene.drawn) == 2
    scene.drawn.clear()
    for step in range(60):
        scene.show(transform(10.7 + 3 * step, 4.1 - 2 * step))
    assert len(scene.drawn) == 2  # after the fractional offset, and after a move beyond the cached margin
    scene.drawn.clear()
    scene.show(transform(13, 2, scale=1.6))
    scene.show(transform(13, 2, scale=1.6), key="another")
    assert scene.drawn == [QRectF(0, 0, WIDTH, HEIGHT)] * 2
