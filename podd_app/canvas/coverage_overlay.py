"""Heat map of how many patches cover each pixel of the poster."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from podd_app.canvas.image_layer import to_qimage
from podd_app.canvas.overlays import Overlay
from podd_app.canvas.poster_geometry import PosterGeometry
from podd_app.style.colormap import apply_colormap


class CoverageOverlay(Overlay):
    """Heat map of the patch coverage over the whole poster.

    Pixels that no patch covers stay transparent.
    """

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None

    def set_view(self, view: PosterGeometry) -> None:
        """Use the geometry ``view``."""
        if self.view is None or self.view.layout != view.layout:
            self._image = None
        super().set_view(view)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the heat map. The first call creates its image."""
        if self.view is None:
            return
        if self._image is None:
            self._image = _coverage_image(self.view.layout.coverage)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(self.view.bounds, self._image)


def _coverage_image(coverage: NDArray[np.int64]) -> QImage:
    """Return the coverage as colors, from the lowest to the highest positive count.

    Args:
        coverage: int64 [height, width], number of patches that cover each pixel. Pixels with 0 are
            transparent.
    """
    covered = coverage[coverage > 0]
    colors = apply_colormap(coverage.astype(np.float64), float(covered.min()), float(covered.max()))
    image = to_qimage(colors)
    if len(covered) < coverage.size:
        image.setAlphaChannel(to_qimage(np.where(coverage > 0, 255, 0).astype(np.uint8)))
    return image
