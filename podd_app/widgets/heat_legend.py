"""What the colors of amounts mean: the scale with its ends, and the amount pointed at."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from podd_app.style.colormap import colormap_table
from podd_app.style.theme import colors_of
from podd_app.widgets.text import label

_BAR_PX = QSize(96, 18)
_STRIPE_PX = 8.0


class HeatLegend(QFrame):
    """A small bar of color with a number at each end and words after it.

    Args:
        caption: what the amounts are, while nothing is pointed at.
    """

    def __init__(self, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "readout")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._caption = caption
        self._low, self._high = label(""), label("")
        self._bar = _Bar()
        self._words = label(caption)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 8, 3)
        row.setSpacing(6)
        for widget in (self._low, self._bar, self._high):
            row.addWidget(widget)
        row.addSpacing(4)
        row.addWidget(self._words)

    @property
    def text(self) -> str:
        """The whole of it in words: ends, and what is pointed at or the caption."""
        return f"{self._low.text()} – {self._high.text()} {self._words.text()}"

    def set_scale(self, low: str, high: str) -> None:
        """Name the amounts at the two ends."""
        self._low.setText(low)
        self._high.setText(high)

    def show_value(self, share: float, words: str) -> None:
        """Mark the amount pointed at, as a share of the way from low to high, and say what it is."""
        self._bar.set_mark(share)
        self._words.setText(words)

    def show_caption(self) -> None:
        """Nothing is pointed at."""
        self._bar.set_mark(None)
        self._words.setText(self._caption)


class _Bar(QWidget):
    """The scale, from the start of the line to its end, with a mark."""

    def __init__(self) -> None:
        super().__init__()
        self._mark: float | None = None
        self.setFixedSize(_BAR_PX)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        scale = colormap_table()
        self._stripe = QImage(scale.tobytes(), len(scale), 1, 3 * len(scale), QImage.Format.Format_RGB888)
        self._stripe = self._stripe.copy()

    def set_mark(self, share: float | None) -> None:
        """Mark a share of the way; None: nothing."""
        self._mark = None if share is None else min(1.0, max(0.0, share))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The colors, and a line through them."""
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
