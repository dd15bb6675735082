"""What is looked at, as one immutable value."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from podd_app.canvas.poster_geometry import PosterGeometry
from podd_app.models.run_messages import RenderedPoster
from podd_app.style.formatting import display_class_name, format_percent

_LEAST_SAID, _MOST_SAID = 0.01, 6


@dataclass(frozen=True, eq=False)
class Subject:
    """A patch and a class of a poster.

    Args:
        view: geometry and classes.
        poster: the poster on screen.
        patch: index of the patch in question.
        cell: cell of the class grid in question, row-major.
        seen: whether pixels are shown as people see them, else as networks are trained on them.
    """

    view: PosterGeometry
    poster: RenderedPoster
    patch: int
    cell: int
    seen: bool

    @property
    def class_index(self) -> int:
        """The class in question."""
        return self.view.cell_classes[self.cell]

    @property
    def soft_label(self) -> NDArray[np.float32]:
        """Of the patch, float32 [classes]."""
        label: NDArray[np.float32] = self.poster.patch_labels[self.patch]
        return label

    @property
    def label_text(self) -> str:
        """The strongest classes of the soft label: "50 % cat, 50 % dog"."""
        strongest = [index for index in np.argsort(-self.soft_label) if self.soft_label[index] >= _LEAST_SAID]
        shares = [
            f"{format_percent(float(self.soft_label[index]))} {self.name(index)}" for index in strongest
        ]
        return ", ".join(shares[:_MOST_SAID])

    @property
    def patch_pixels(self) -> NDArray[np.uint8]:
        """Of the patch, uint8 [height, width, channels]."""
        x0, y0, x1, y1 = self.view.layout.windows[self.patch]
        return (self.poster.seen if self.seen else self.poster.trained)[y0:y1, x0:x1]

    def name(self, class_index: int) -> str:
        """A class's name for the eye."""
        return display_class_name(self.view.class_names[class_index])

    def color(self, class_index: int) -> QColor:
        """A class's color."""
        return self.view.colors[self.view.cell_classes.index(class_index)]
