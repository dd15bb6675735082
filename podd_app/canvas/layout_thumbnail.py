"""Thumbnail icon of a poster layout: class regions in their colors."""

from functools import lru_cache

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from podd_app.canvas.poster_geometry import PosterGeometry
from podd_app.models.class_order import index_grid
from podd_engine.poster.layout import PosterLayout

THUMBNAIL_PX = QSize(52, 28)
_DRAWN_PX = QSize(44, 28)
"""Maximum size of the drawing. The rest of the icon is a gap between the drawing and the text next to it."""
_PIXEL_RATIOS = (1.0, 1.25, 1.5, 2.0, 3.0)
_MIN_CELL_WITH_GAP_PX = 4.0


@lru_cache(maxsize=64)
def layout_icon(layout: PosterLayout) -> QIcon:
    """Return an icon of size `THUMBNAIL_PX` for a layout, sharp at display scales of 100-300%."""
    icon = QIcon()
    for ratio in _PIXEL_RATIOS:
        icon.addPixmap(_draw_layout(layout, ratio))
    return icon


def _draw_layout(layout: PosterLayout, ratio: float) -> QPixmap:
    picture = QPixmap(THUMBNAIL_PX * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    width, height = layout.poster
    scale = min(_DRAWN_PX.width() / width, _DRAWN_PX.height() / height)
    view = PosterGeometry(layout, index_grid(*layout.class_grid), ())
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(
        (THUMBNAIL_PX.width() - width * scale) / 2, (THUMBNAIL_PX.height() - height * scale) / 2
    )
    for cell, color in zip(view.cells, view.colors, strict=True):
        area = QRectF(cell.topLeft() * scale, cell.size() * scale)
        gap = 0.5 if min(area.width(), area.height()) >= _MIN_CELL_WITH_GAP_PX else 0.0
        painter.fillRect(area.adjusted(gap, gap, -gap, -gap), color)
    painter.end()
    return picture
