"""Grid of small images with captions."""

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
    """Image with a caption.

    Args:
        image: the image at its original size.
        lines: lines of the caption.
    """

    image: QImage
    lines: tuple[str, ...]


class PictureGrid(QWidget):
    """Grid with four columns of enlarged images with sharp pixels.

    Args:
        max_pictures: maximum number of images.
        lines: number of caption lines below each image.
    """

    def __init__(self, max_pictures: int, lines: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows, self._cell_px = -(-max_pictures // _COLUMNS), _SIDE_PX + lines * _LINE_PX + _GAP_PX
        self._pictures: tuple[CaptionedImage, ...] = ()
        font = self.font()
        font.setPixelSize(SMALL_TEXT_PX - 1)
        self.setFont(font)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def pictures(self) -> tuple[CaptionedImage, ...]:
        """The shown images."""
        return self._pictures

    def sizeHint(self) -> QSize:
        """Return the size for the maximum number of images, so that the layout does not jump."""
        return QSize(_COLUMNS * (_SIDE_PX + _GAP_PX) - _GAP_PX, self._rows * self._cell_px)

    def set_pictures(self, pictures: tuple[CaptionedImage, ...]) -> None:
        """Replace the images."""
        self._pictures = pictures
        self.setAccessibleDescription("; ".join(" ".join(picture.lines) for picture in pictures))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the images row by row, mirrored in right-to-left layouts."""
        painter = QPainter(self)
        colors = colors_of(self)
        for index, picture in enumerate(self._pictures):
            row, column = divmod(index, _COLUMNS)
            left, top = column * (_SIDE_PX + _GAP_PX), row * self._cell_px
            area = self._mirrored(QRect(left, top, _SIDE_PX, _SIDE_PX))
            outline = QPainterPath()
            outline.addRoundedRect(QRectF(area), _CORNER_PX, _CORNER_PX)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.save()
            painter.setClipPath(outline)
            painter.drawImage(area, picture.image)
            painter.restore()
            for line, text in enumerate(picture.lines):
                painter.setPen(QColor(colors.muted if line else colors.text))
                rect = QRect(left, top + _SIDE_PX + 2 + line * _LINE_PX, _SIDE_PX + _GAP_PX - 2, _LINE_PX)
                shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
                side = QStyle.visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
                painter.drawText(self._mirrored(rect), side, shown)

    def _mirrored(self, rect: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), rect)
