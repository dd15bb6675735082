"""A poster's layout in small: its class regions in their colors."""

from functools import lru_cache

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from podd_app.canvas.poster_geometry import PosterGeometry
from podd_app.models.class_order import index_grid
from podd_engine.poster.layout import PosterLayout

THUMBNAIL_PX = QSize(52, 28)
_DRAWN_PX = QSize(44, 28)
"""Within the thumbnail, which leaves room between the picture and the name beside it."""
_PIXEL_RATIOS = (1.0, 1.25, 1.5, 2.0, 3.0)
_SMALLEST_GAP_CELL_PX = 4.0


@lru_cache(maxsize=64)
def layout_icon(layout: PosterLayout) -> QIcon:
    """The layout as an icon of `THUMBNAIL_PX`, in its shape, crisp at 100-300 % scaling."""
    made = QIcon()
    for ratio in _PIXEL_RATIOS:
        made.addPixmap(_picture(layout, ratio))
    return made


def _picture(layout: PosterLayout, ratio: float) -> QPixmap:
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
        gap = 0.5 if min(area.width(), area.height()) >= _SMALLEST_GAP_CELL_PX else 0.0
        painter.fillRect(area.adjusted(gap, gap, -gap, -gap), color)
    painter.end()
    return picture
