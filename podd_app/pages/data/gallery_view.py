"""Geometry and painting of the gallery. Only visible lines are read and painted."""

from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from podd_app.style.formatting import display_class_name
from podd_app.style.theme import SMALL_TEXT_PX, colors_of, scaled
from podd_app.widgets.focus_ring import FocusRing, draw_focus_ring
from podd_app.workers.datasets import ImageCollection

TILE_PX = 64
"""Approximate side of an image on the screen, in device-independent pixels."""
_GAP_PX = 4
_ROW_GAP_PX = 8
_NAME_PX = (100, 260)
"""Minimum and maximum width of the column of class names."""
_NAME_GAP_PX = 16
_MARGIN_PX = 14
_MAX_CACHED_STRIPS = 64

GalleryRow = tuple[int, NDArray[np.int64], bool]
"""Class index, image indices int64 [images], and whether the class name is shown."""


class GalleryView(QAbstractScrollArea):
    """Base class of `Gallery` that lays out and paints one line of images per class, or one class."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._collection: ImageCollection | None = None
        self._name_px = _NAME_PX[0]
        self._opened: int | None = None
        self._hovered: int | None = None
        self._current = 0
        self._focus_ring = FocusRing(self)
        self._strips: OrderedDict[int, QImage] = OrderedDict()
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        """Return the size of a few lines."""
        return QSize(640, 320)

    def show_images(self, names: tuple[str, ...], collection: ImageCollection) -> None:
        """Show the images of all classes.

        Args:
            names: class names by class index.
            collection: the images.
        """
        self._names, self._collection, self._opened = names, collection, None
        metrics = QFontMetrics(self.font())
        longest = max(metrics.horizontalAdvance(display_class_name(name)) for name in names)
        self._name_px = min(max(longest, _NAME_PX[0]), _NAME_PX[1]) + _NAME_GAP_PX
        self._current = min(self._current, len(names) - 1)
        self._reset()
        self.verticalScrollBar().setValue(0)

    def open_class(self, index: int | None) -> None:
        """Show all images of the class ``index``, or one line per class if ``index`` is None."""
        self._opened = index
        self._current = self._current if index is None else index
        self._reset()
        self.verticalScrollBar().setValue(0)
        if index is None and self._collection is not None:
            self._show_current()

    @property
    def opened_class(self) -> int | None:
        """Index of the opened class; None while all classes are shown."""
        return self._opened

    def _show_current(self) -> None:
        """Scroll by the smallest amount that makes the selected line visible."""
        rect, bar = self.line_rect(self._current), self.verticalScrollBar()
        below = rect.bottom() + _MARGIN_PX - self.viewport().height()
        above = rect.top() - _MARGIN_PX
        bar.setValue(bar.value() + round(above if above < 0 else max(0.0, below)))
        self.viewport().update()

    # Geometry

    @property
    def tile_px(self) -> float:
        """Side of an image on the screen. Small images are enlarged by an integer factor of device pixels."""
        if self._collection is None:
            return TILE_PX
        side, ratio = self._collection.images.shape[1], self.devicePixelRatioF()
        factor = round(TILE_PX * ratio / side)
        return side * factor / ratio if factor >= 1 else TILE_PX

    @property
    def columns(self) -> int:
        """Number of images per line."""
        room = self.viewport().width() - self._left - _MARGIN_PX + _GAP_PX
        return max(1, int(room / (self.tile_px + _GAP_PX)))

    @property
    def _left(self) -> int:
        return _MARGIN_PX + (self._name_px if self._opened is None else 0)

    @property
    def _line_px(self) -> float:
        return self.tile_px + (_ROW_GAP_PX if self._opened is None else _GAP_PX)

    @property
    def line_count(self) -> int:
        """Number of lines, visible or not."""
        if self._collection is None:
            return 0
        if self._opened is None:
            return len(self._names)
        return -(-len(self._collection.by_class[self._opened]) // self.columns)

    def _line(self, index: int) -> GalleryRow:
        assert self._collection is not None
        if self._opened is None:
            return index, self._collection.by_class[index][: self.columns], True
        start = index * self.columns
        return self._opened, self._collection.by_class[self._opened][start : start + self.columns], False

    def line_rect(self, index: int) -> QRectF:
        """Return the rectangle of a line in viewport coordinates."""
        top = _MARGIN_PX + index * self._line_px - self.verticalScrollBar().value()
        return QRectF(0, top, self.viewport().width(), self.tile_px)

    def _lines_in(self, top: float, bottom: float) -> range:
        scrolled = self.verticalScrollBar().value() - _MARGIN_PX
        first = int((top + scrolled) // self._line_px)
        last = int((bottom + scrolled) // self._line_px)
        return range(max(0, first), min(self.line_count, last + 1))

    def _line_at(self, point: QPoint) -> int | None:
        return next(
            (i for i in self._lines_in(point.y(), point.y()) if self.line_rect(i).contains(point)), None
        )

    def image_at(self, point: QPoint) -> tuple[int, int] | None:
        """Return class index and image index at a point of the viewport; None without an image."""
        line = self._line_at(point)
        x = self.viewport().width() - point.x() if self.isRightToLeft() else point.x()
        column = int((x - self._left) // (self.tile_px + _GAP_PX))
        if line is None or column < 0:
            return None
        label, indices, _ = self._line(line)
        return (label, int(indices[column])) if column < len(indices) else None

    def _reset(self) -> None:
        self._strips.clear()
        self._hovered = None
        self._set_scroll_range()
        self.viewport().update()

    def _set_scroll_range(self) -> None:
        whole = 2 * _MARGIN_PX + self.line_count * self._line_px
        bar, shown = self.verticalScrollBar(), self.viewport().height()
        bar.setRange(0, max(0, round(whole - shown)))
        bar.setPageStep(shown)
        bar.setSingleStep(round(self._line_px / 2))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Update the number of images per line."""
        self._strips.clear()
        self._set_scroll_range()

    def changeEvent(self, event: QEvent) -> None:
        """Repaint if the window moves to a screen with another pixel density."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._reset()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the visible lines and the focus ring."""
        painter = QPainter(self.viewport())
        for index in self._lines_in(event.rect().top(), event.rect().bottom()):
            self._draw_line(painter, index)
        if self._focus_ring.shown and self.line_count:
            room = QRectF(self.viewport().rect())
            if self._opened is None:
                room = self.line_rect(self._current).adjusted(4, -4, -4, 4)
            draw_focus_ring(painter, self.viewport(), room, 6)

    def _draw_line(self, painter: QPainter, index: int) -> None:
        label, indices, named = self._line(index)
        rect = self.line_rect(index)
        if named:
            self._draw_name(painter, rect, label, index == self._hovered)
        if not len(indices):
            return
        strip = self._strip(index, indices)
        side = strip.height()
        reduced = side > self.tile_px * self.devicePixelRatioF()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, reduced)
        for column in range(len(indices)):
            left = self._left + column * (self.tile_px + _GAP_PX)
            target = self._mirrored(QRectF(left, rect.top(), self.tile_px, self.tile_px))
            painter.drawImage(target, strip, QRectF(column * side, 0, side, side))

    def _draw_name(self, painter: QPainter, rect: QRectF, label: int, hovered: bool) -> None:
        assert self._collection is not None
        colors = colors_of(self)
        across = self._name_px - _NAME_GAP_PX + 2
        room = self._mirrored(QRectF(_MARGIN_PX, rect.top(), across, rect.height())).toRect()
        font = QFont(self.font())
        painter.setFont(font)
        painter.setPen(QColor(colors.accent if hovered else colors.text))
        name = QFontMetrics(font).elidedText(
            display_class_name(self._names[label]), Qt.TextElideMode.ElideRight, room.width()
        )
        middle, line_px = room.center().y(), scaled(20)
        painter.drawText(
            QRect(room.left(), middle - line_px, room.width(), line_px), Qt.AlignmentFlag.AlignVCenter, name
        )
        font.setPixelSize(scaled(SMALL_TEXT_PX))
        painter.setFont(font)
        painter.setPen(QColor(colors.muted))
        images = len(self._collection.by_class[label])
        text = QCoreApplication.translate("GalleryView", "%n image(s)", "", images)
        below = QRect(room.left(), middle, room.width(), line_px)
        painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, text)

    def _mirrored(self, rect: QRectF) -> QRectF:
        if not self.isRightToLeft():
            return rect
        return QRectF(self.viewport().width() - rect.right(), rect.top(), rect.width(), rect.height())

    def _strip(self, index: int, indices: NDArray[np.int64]) -> QImage:
        """Return the images of a line side by side, in their original size."""
        strip = self._strips.get(index)
        if strip is None:
            assert self._collection is not None
            strip = self._strips[index] = image_strip(self._collection.images[indices])
            if len(self._strips) > _MAX_CACHED_STRIPS:
                self._strips.popitem(last=False)
        return strip


def image_strip(images: NDArray[np.uint8]) -> QImage:
    """Return a QImage with the images side by side.

    Args:
        images: uint8 [images, height, width, channels] with 1 or 3 channels.
    """
    number, height, width, channels = images.shape
    pixels = np.ascontiguousarray(images.transpose(1, 0, 2, 3))
    kind = QImage.Format.Format_Grayscale8 if channels == 1 else QImage.Format.Format_RGB888
    return QImage(pixels.data, number * width, height, number * width * channels, kind).copy()
