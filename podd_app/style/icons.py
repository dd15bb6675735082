"""Icons of the application: SVG files that are tinted on demand."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from podd_engine.io.resources import resource_path

ICON_PX = 20
_PIXEL_RATIOS = (1.0, 1.25, 1.5, 2.0, 3.0)


def icon(
    name: str, color: QColor | str, *, checked: QColor | str | None = None, size_px: int = ICON_PX
) -> QIcon:
    """Return an icon in one color, rendered for display scaling from 100% to 300%.

    Args:
        name: File name in resources/icons without ``.svg``.
        color: Color of the icon.
        checked: Color on a checked button. If None, ``color`` is used.
        size_px: Side length in device-independent pixels.
    """
    result = QIcon()
    renderer = QSvgRenderer(str(resource_path(f"icons/{name}.svg")))
    states = [(QIcon.State.Off, color), (QIcon.State.On, color if checked is None else checked)]
    for state, tint in states:
        for ratio in _PIXEL_RATIOS:
            result.addPixmap(_tinted(renderer, QColor(tint), size_px, ratio), QIcon.Mode.Normal, state)
    return result


def pixmap(name: str, color: QColor | str, size_px: int, ratio: float) -> QPixmap:
    """Return an icon as a pixmap for a screen with the device pixel ratio ``ratio``."""
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
