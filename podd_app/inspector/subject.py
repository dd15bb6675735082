"""Immutable description of the inspected patch and class."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from podd_app.canvas.poster_geometry import PosterGeometry
from podd_app.models.run_messages import RenderedPoster
from podd_app.style.formatting import display_class_name, format_percent

_MIN_LISTED_SHARE, _MAX_LISTED_CLASSES = 0.01, 6


@dataclass(frozen=True, eq=False)
class Subject:
    """A patch and a class of a poster.

    Args:
        view: layout and class order of the poster.
        poster: the poster on screen.
        patch: index of the selected patch.
        cell: index of the selected class grid cell, row-major.
        seen: whether to show pixels with the preprocessing removed.
    """

    view: PosterGeometry
    poster: RenderedPoster
    patch: int
    cell: int
    seen: bool

    @property
    def class_index(self) -> int:
        """Index of the selected class."""
        return self.view.cell_classes[self.cell]

    @property
    def soft_label(self) -> NDArray[np.float32]:
        """Soft label of the patch, float32 [classes]."""
        label: NDArray[np.float32] = self.poster.patch_labels[self.patch]
        return label

    @property
    def label_text(self) -> str:
        """Text with the strongest classes of the soft label: "50% cat, 50% dog"."""
        strongest = [
            index for index in np.argsort(-self.soft_label) if self.soft_label[index] >= _MIN_LISTED_SHARE
        ]
        shares = [
            f"{format_percent(float(self.soft_label[index]))} {self.name(index)}" for index in strongest
        ]
        return ", ".join(shares[:_MAX_LISTED_CLASSES])

    @property
    def patch_pixels(self) -> NDArray[np.uint8]:
        """Pixels of the patch, uint8 [height, width, channels]."""
        x0, y0, x1, y1 = self.view.layout.windows[self.patch]
        return (self.poster.seen if self.seen else self.poster.trained)[y0:y1, x0:x1]

    def name(self, class_index: int) -> str:
        """Return the display name of a class."""
        return display_class_name(self.view.class_names[class_index])

    def color(self, class_index: int) -> QColor:
        """Return the color of a class."""
        return self.view.colors[self.view.cell_classes.index(class_index)]
