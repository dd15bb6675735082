"""A few small pictures with words below each."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from podd_app.style.theme import SMALL_TEXT_PX, colors_of

_COLUMNS = 4
_SIDE_PX = 58
_GAP_PX = 12
_LINE_PX = 15
_CORNER_PX = 5


@dataclass(frozen=True, eq=False)
class CaptionedImage:
    """A picture.

    Args:
        image: one pixel for each of its own.
        lines: words below it.
    """

    image: QImage
    lines: tuple[str, ...]


class PictureGrid(QWidget):
    """Pictures four across, every pixel a sharp square.

    Args:
        most: pictures at most.
        lines: lines of words below each.
    """

    def __init__(self, most: int, lines: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows, self._cell_px = -(-most // _COLUMNS), _SIDE_PX + lines * _LINE_PX + _GAP_PX
        self._pictures: tuple[CaptionedImage, ...] = ()
        font = self.font()
        font.setPixelSize(SMALL_TEXT_PX - 1)
        self.setFont(font)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def pictures(self) -> tuple[CaptionedImage, ...]:
        """What is shown."""
        return self._pictures

    def sizeHint(self) -> QSize:
        """Room for every picture there may be, so that nothing jumps."""
        return QSize(_COLUMNS * (_SIDE_PX + _GAP_PX) - _GAP_PX, self._rows * self._cell_px)

    def set_pictures(self, pictures: tuple[CaptionedImage, ...]) -> None:
        """Show other pictures."""
        self._pictures = pictures
        self.setAccessibleDescription("; ".join(" ".join(picture.lines) for picture in pictures))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Row by row, from the side where lines begin."""
        painter = QPainter(self)
        colors = colors_of(self)
        for number, picture in enumerate(self._pictures):
            row, column = divmod(number, _COLUMNS)
            left, top = column * (_SIDE_PX + _GAP_PX), row * self._cell_px
            area = self._mirrored(QRect(left, top, _SIDE_PX, _SIDE_PX))
            outline = QPainterPath()
            outline.addRoundedRect(QRectF(area), _CORNER_PX, _CORNER_PX)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.save()
            painter.setClipPath(outline)
            painter.drawImage(area, picture.image)
            painter.restore()
            for line, words in enumerate(picture.lines):
                painter.setPen(QColor(colors.muted if line else colors.text))
                rect = QRect(left, top + _SIDE_PX + 2 + line * _LINE_PX, _SIDE_PX + _GAP_PX - 2, _LINE_PX)
                shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
                side = QStyle.visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
                painter.drawText(self._mirrored(rect), side, shown)

    def _mirrored(self, rect: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), rect)
