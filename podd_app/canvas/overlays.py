"""Overlays over the poster: class regions, patch centers and patch windows."""

from functools import lru_cache
from math import ceil

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QTransform, qGray
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from podd_app.canvas.poster_geometry import PosterGeometry
from podd_app.canvas.render_cache import RenderCache

_TAG_INSET_PX = 4.0
_TAG_PADDING_PX = 5.0
_TAG_FONT_PX = 12
_SMALL_TAG_FONT_PX = 10
_MIN_CELL_PX = 18.0
_MIN_LETTERS = 4
_MIN_DOT_RADIUS_PX, _MAX_DOT_RADIUS_PX = 1.0, 2.5
_TAG_FILL, _TAG_TEXT_COLOR = "#a50c0e14", "#ffffff"


def cosmetic_pen(color: QColor, width_px: float) -> QPen:
    """Return a pen with a width of ``width_px`` device pixels at each zoom level."""
    pen = QPen(color, width_px)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return pen


@lru_cache(maxsize=2048)
def _tag_image(
    text: str, family: str, font_px: int, max_width_px: int, ratio: float, fill: str, text_color: str
) -> QImage | None:
    """Return the image of a tag, or None if too few letters fit.

    Images are cached because each step of a pan draws all tags again.
    """
    font = QFont(family)
    font.setPixelSize(font_px)
    max_text_px = max_width_px - 2 * _TAG_PADDING_PX
    shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, max_text_px)
    if shown != text and len(shown) < _MIN_LETTERS:
        return None
    area = QRectF(QPointF(), tag_size(shown, font))
    image = QImage((area.size() * ratio).toSize(), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(fill))
    painter.drawRoundedRect(area, 4, 4)
    painter.setPen(QColor(text_color))
    painter.setFont(font)
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, shown)
    painter.end()
    return image


def tag_size(text: str, font: QFont) -> QSizeF:
    """Return the size of a tag with ``text`` in ``font``, rounded up to whole px."""
    metrics = QFontMetricsF(font)
    return QSizeF(ceil(metrics.horizontalAdvance(text) + 2 * _TAG_PADDING_PX), ceil(metrics.height()) + 3)


def draw_tag(
    painter: QPainter,
    corner: QPointF,
    text: str,
    font_px: int,
    max_width_px: float,
    fill: str = _TAG_FILL,
    text_color: str = _TAG_TEXT_COLOR,
) -> bool:
    """Draw a tag: a short text on a rounded rectangle.

    Args:
        painter: a painter in device-independent pixels.
        corner: the top left corner of the tag, px.
        text: the text of the tag.
        font_px: the font size, px.
        max_width_px: the available width, px. A longer text is elided.
        fill: the color of the rectangle.
        text_color: the color of the text.

    Returns:
        False if too few letters fit and the tag was not drawn.
    """
    family, ratio = painter.font().family(), painter.device().devicePixelRatioF()
    image = _tag_image(text, family, font_px, int(max_width_px), ratio, fill, text_color)
    if image is not None:
        painter.drawImage(corner.toPoint(), image)
    return image is not None


class Overlay(QGraphicsItem):
    """Base class of scene items that draw over the poster and use its `PosterGeometry`."""

    def __init__(self) -> None:
        super().__init__()
        self.view: PosterGeometry | None = None
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def set_view(self, view: PosterGeometry) -> None:
        """Use the geometry ``view``."""
        self.prepareGeometryChange()
        self.view = view
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the area of the poster, including the lines around its edge, px."""
        return self.view.bounds.adjusted(-2, -2, 2, 2) if self.view else QRectF()


class ClassOverlay(Overlay):
    """The cell of each class, with the color and the name of the class."""

    def __init__(self) -> None:
        super().__init__()
        self.fill_alpha = 0
        self.hovered: int | None = None
        self.dragged: int | None = None
        self.target: int | None = None
        self._render_cache = RenderCache()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the fill, outline and name of each cell."""
        view = self.view
        if view is None:
            return
        for cell, (area, color) in enumerate(zip(view.cells, view.colors, strict=True)):
            fill = QColor(color)
            highlight = 80 if cell in (self.target, self.dragged) else 14 if cell == self.hovered else 0
            fill.setAlpha(min(255, self.fill_alpha + highlight))
            painter.fillRect(area, fill)
        to_device = painter.worldTransform()

        def draw_outlines_and_names(painter: QPainter) -> None:
            self._draw_outlines(painter, view, to_device)
            self._draw_names(painter, view, to_device)

        painter.save()
        painter.resetTransform()
        self._render_cache.draw(painter, (view, self.target), to_device, draw_outlines_and_names)
        painter.restore()

    def _draw_outlines(self, painter: QPainter, view: PosterGeometry, to_device: QTransform) -> None:
        """Draw frames on whole pixels with a small gap, so that the colors of adjacent cells do not mix."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for cell, (area, color) in enumerate(zip(view.cells, view.colors, strict=True)):
            painter.setPen(QPen(color, 3 if cell == self.target else 1))
            painter.drawRect(to_device.mapRect(area).toRect().adjusted(1, 1, -2, -2))

    def _draw_names(self, painter: QPainter, view: PosterGeometry, to_device: QTransform) -> None:
        visible = painter.clipBoundingRect() if painter.hasClipping() else QRectF(painter.viewport())
        for area, name in zip(view.cells, view.cell_names, strict=True):
            shown = to_device.mapRect(area)
            if not shown.intersects(visible):
                continue
            if shown.width() < _MIN_CELL_PX or shown.height() < _MIN_CELL_PX:
                continue
            large = shown.width() > 64 and shown.height() > 40
            font_px = _TAG_FONT_PX if large else _SMALL_TAG_FONT_PX
            inset = _TAG_INSET_PX if large else 3.0
            corner = shown.topLeft() + QPointF(inset, inset)
            draw_tag(painter, corner, name, font_px, shown.width() - 2 * inset)


class PatchDots(Overlay):
    """A dot at the center of each patch. Dots are below the names of the classes."""

    def __init__(self) -> None:
        super().__init__()
        self.fill = QColor()
        self.outline = QColor()
        self.setVisible(False)
        self._render_cache = RenderCache()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the dots with the same size in device pixels at each zoom level."""
        view = self.view
        if view is None:
            return
        to_device = painter.worldTransform()
        key = view, self.fill.rgba(), self.outline.rgba()
        painter.save()
        painter.resetTransform()
        self._render_cache.draw(painter, key, to_device, lambda inner: self._draw(inner, view, to_device))
        painter.restore()

    def _draw(self, painter: QPainter, view: PosterGeometry, to_device: QTransform) -> None:
        # Dense dots are smaller, so that the poster stays visible.
        columns, rows = view.layout.patch_grid
        spacing = min(view.layout.poster[0] / columns, view.layout.poster[1] / rows) * to_device.m11()
        radius = min(_MAX_DOT_RADIUS_PX, max(_MIN_DOT_RADIUS_PX, spacing / 12))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.outline, 1))
        painter.setBrush(self.fill)
        for center in view.patch_centers:
            painter.drawEllipse(to_device.map(center), radius, radius)


class PatchOverlay(Overlay):
    """Windows of the hovered and the selected patch."""

    def __init__(self) -> None:
        super().__init__()
        self.hovered: int | None = None
        self.selected: int | None = None
        self.selection_shown = True
        self.accent = QColor()
        self.selection_line = QColor()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the lines with the same width in device pixels at each zoom level."""
        view = self.view
        if view is None:
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ratio = painter.device().devicePixelRatioF()  # the width of a cosmetic pen is in device pixels
        if self.hovered is not None and self.hovered != self.selected:
            self._draw_window(painter, view.patch(self.hovered), self.accent, 1.5 * ratio)
        if self.selected is not None and self.selection_shown:
            self._draw_window(painter, view.patch(self.selected), self.selection_line, 2 * ratio)

    @staticmethod
    def _draw_window(painter: QPainter, window: QRectF, color: QColor, width_px: float) -> None:
        """Draw an outline with a contrasting border, so that it is visible on each image."""
        contrast = QColor("#000000" if qGray(color.rgb()) > 140 else "#ffffff")
        contrast.setAlpha(150)
        for line, line_px in ((contrast, 2 * width_px), (color, width_px)):
            painter.setPen(cosmetic_pen(line, line_px))
            painter.drawRect(window)
