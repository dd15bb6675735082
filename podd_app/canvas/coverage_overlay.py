"""How often each pixel of the poster is drawn, as colors."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from podd_app.canvas.image_layer import to_qimage
from podd_app.canvas.overlays import Overlay
from podd_app.canvas.poster_geometry import PosterGeometry
from podd_app.style.colormap import apply_colormap


class CoverageOverlay(Overlay):
    """A heat map over the whole poster; pixels that no patch draws are left as they are."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None

    def set_view(self, view: PosterGeometry) -> None:
        """Draw for ``view`` from now on."""
        if self.view is None or self.view.layout != view.layout:
            self._image = None
        super().set_view(view)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the map, made when it is first seen."""
        if self.view is None:
            return
        if self._image is None:
            self._image = _picture(self.view.layout.coverage)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(self.view.bounds, self._image)


def _picture(coverage: NDArray[np.int64]) -> QImage:
    """Colors from the least drawn pixel to the most drawn one, clear where nothing is drawn."""
    drawn = coverage[coverage > 0]
    colors = apply_colormap(coverage.astype(np.float64), float(drawn.min()), float(drawn.max()))
    image = to_qimage(colors)
    if len(drawn) < coverage.size:
        image.setAlphaChannel(to_qimage(np.where(coverage > 0, 255, 0).astype(np.uint8)))
    return image
