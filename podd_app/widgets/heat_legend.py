"""Legend of the colormap with the range and the value under the pointer."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from podd_app.style.colormap import colormap_table
from podd_app.style.theme import colors_of
from podd_app.widgets.text import label

_BAR_PX = QSize(96, 18)
_STRIPE_PX = 8.0


class HeatLegend(QFrame):
    """Color bar with a label at each end, followed by a caption or the value under the pointer.

    Args:
        caption: Description of the values, shown when the pointer is elsewhere.
    """

    def __init__(self, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "readout")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._caption = caption
        self._low, self._high = label(""), label("")
        self._bar = _Bar()
        self._value_label = label(caption)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 8, 3)
        row.setSpacing(6)
        for widget in (self._low, self._bar, self._high):
            row.addWidget(widget)
        row.addSpacing(4)
        row.addWidget(self._value_label)

    @property
    def text(self) -> str:
        """The range, followed by the value under the pointer or the caption."""
        return f"{self._low.text()} – {self._high.text()} {self._value_label.text()}"

    def set_scale(self, low: str, high: str) -> None:
        """Set the labels of the lowest and the highest value."""
        self._low.setText(low)
        self._high.setText(high)

    def show_value(self, share: float, words: str) -> None:
        """Mark the value under the pointer.

        Args:
            share: Position between the lowest (0) and the highest value (1).
            words: Description of the value.
        """
        self._bar.set_mark(share)
        self._value_label.setText(words)

    def show_caption(self) -> None:
        """Remove the mark and show the caption."""
        self._bar.set_mark(None)
        self._value_label.setText(self._caption)


class _Bar(QWidget):
    """Color bar with an optional mark."""

    def __init__(self) -> None:
        super().__init__()
        self._mark: float | None = None
        self.setFixedSize(_BAR_PX)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        scale = colormap_table()
        self._stripe = QImage(scale.tobytes(), len(scale), 1, 3 * len(scale), QImage.Format.Format_RGB888)
        self._stripe = self._stripe.copy()

    def set_mark(self, share: float | None) -> None:
        """Set the mark to a position between 0 and 1, or remove the mark with None."""
        self._mark = None if share is None else min(1.0, max(0.0, share))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the color bar and the mark."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        stripe = QRectF(1, (self.height() - _STRIPE_PX) / 2, self.width() - 2, _STRIPE_PX)
        painter.drawImage(stripe, self._stripe)
        if self._mark is not None:
            painter.setPen(QPen(QColor(colors_of(self).text), 2))
            x = stripe.left() + self._mark * stripe.width()
            painter.drawLine(QPointF(x, 1), QPointF(x, self.height() - 1))
