"""The program's icons: SVGs in one stroke style, tinted when asked for."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from podd_engine.io.resources import resource_path

ICON_PX = 20
_PIXEL_RATIOS = (1.0, 1.25, 1.5, 2.0, 3.0)


def icon(
    name: str, color: QColor | str, *, checked: QColor | str | None = None, size_px: int = ICON_PX
) -> QIcon:
    """The icon ``name`` in one color, crisp at 100-300 % scaling.

    Args:
        name: file in resources/icons, without ``.svg``.
        color: its color.
        checked: its color on a checked button; None: the same.
        size_px: side, device-independent pixels.
    """
    result = QIcon()
    renderer = QSvgRenderer(str(resource_path(f"icons/{name}.svg")))
    states = [(QIcon.State.Off, color), (QIcon.State.On, color if checked is None else checked)]
    for state, tint in states:
        for ratio in _PIXEL_RATIOS:
            result.addPixmap(_tinted(renderer, QColor(tint), size_px, ratio), QIcon.Mode.Normal, state)
    return result


def pixmap(name: str, color: QColor | str, size_px: int, ratio: float) -> QPixmap:
    """One icon as a pixmap for a screen of device pixel ``ratio``."""
    renderer = QSvgRenderer(str(resource_path(f"icons/{name}.svg")))
    return _tinted(renderer, QColor(color), size_px, ratio)


def _tinted(renderer: QSvgRenderer, color: QColor, size_px: int, ratio: float) -> QPixmap:
    image = QPixmap(QSize(round(size_px * ratio), round(size_px * ratio)))
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter, QRectF(image.rect()))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(image.rect(), color)
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image
