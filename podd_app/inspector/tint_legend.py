"""What the tints on the poster mean: swatches from dark to light, numbers below them."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from podd_app.canvas.value_overlay import tint
from podd_app.theme import SMALL_TEXT_PX, colours_of
from podd_app.wording import percent

_SWATCHES = 5
_SWATCH_PX = 14
_TEXT_PX = 16


class TintLegend(QWidget):
    """A scale from 0 to a highest share."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._highest = 1.0
        font = self.font()
        font.setPixelSize(SMALL_TEXT_PX - 1)
        self.setFont(font)
        self.setAccessibleName(self.tr("Legend of the tints"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """A line of swatches and one of numbers."""
        return QSize(200, _SWATCH_PX + _TEXT_PX)

    def set_highest(self, highest: float) -> None:
        """The share with the lightest tint."""
        self._highest = highest
        self.setAccessibleDescription(self.tr("darkest: %s, lightest: %s") % (percent(0), percent(highest)))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The lowest where lines begin."""
        painter = QPainter(self)
        colours, width = colours_of(self), self.width() // _SWATCHES
        for number in range(_SWATCHES):
            share = number / (_SWATCHES - 1)
            place = QRect(number * width, 0, width - 2, _SWATCH_PX)
            painter.fillRect(self._mirrored(place), tint(share))
            painter.setPen(QColor(colours.muted))
            below = QRect(number * width, _SWATCH_PX, width - 2, _TEXT_PX)
            painter.drawText(
                self._mirrored(below), Qt.AlignmentFlag.AlignCenter, percent(share * self._highest)
            )

    def _mirrored(self, place: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), place)
