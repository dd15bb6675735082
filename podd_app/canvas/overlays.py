"""Class regions and patch windows over the poster, each kind painted by one item."""

from functools import lru_cache
from math import ceil

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from podd_app.canvas.poster_geometry import PosterGeometry
from podd_app.canvas.render_cache import RenderCache

_TAG_INSET_PX = 4.0
_TAG_PADDING_PX = 5.0
_TAG_FONT_PX = 12
_SMALL_TAG_FONT_PX = 10
_SMALLEST_CELL_PX = 18.0
_FEWEST_LETTERS = 4
_PILL, _ON_PILL = "#a50c0e14", "#ffffff"


def cosmetic_pen(color: QColor, width_px: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """A pen of ``width_px`` device pixels, whatever the zoom."""
    pen = QPen(color, width_px, style)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return pen


@lru_cache(maxsize=2048)
def _tag(
    text: str, family: str, font_px: int, widest_px: int, ratio: float, fill: str, ink: str
) -> QImage | None:
    """A name on a pill as an image: names are drawn anew with every step of a pan."""
    font = QFont(family)
    font.setPixelSize(font_px)
    shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, widest_px - 2 * _TAG_PADDING_PX)
    if shown != text and len(shown) < _FEWEST_LETTERS:
        return None
    pill = QRectF(QPointF(), tag_size(shown, font))
    image = QImage((pill.size() * ratio).toSize(), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(fill))
    painter.drawRoundedRect(pill, 4, 4)
    painter.setPen(QColor(ink))
    painter.setFont(font)
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, shown)
    painter.end()
    return image


def tag_size(text: str, font: QFont) -> QSizeF:
    """Size of a name's pill in ``font``, whole px."""
    metrics = QFontMetricsF(font)
    return QSizeF(ceil(metrics.horizontalAdvance(text) + 2 * _TAG_PADDING_PX), ceil(metrics.height()) + 3)


def draw_tag(
    painter: QPainter,
    corner: QPointF,
    text: str,
    font_px: int,
    widest_px: float,
    fill: str = _PILL,
    ink: str = _ON_PILL,
) -> bool:
    """A name on a pill, its top-left at ``corner``, px; False, and nothing, where too little of it would fit.

    Args:
        painter: in device-independent pixels.
        corner: where. text: what. font_px: size of the letters.
        widest_px: room there is; the name is elided to it.
        fill, ink: colors of the pill and of the letters.
    """
    ratio = painter.device().devicePixelRatioF()
    image = _tag(text, painter.font().family(), font_px, int(widest_px), ratio, fill, ink)
    if image is not None:
        painter.drawImage(corner.toPoint(), image)
    return image is not None


class Overlay(QGraphicsItem):
    """Base of what is drawn over the poster from its `PosterGeometry`."""

    def __init__(self) -> None:
        super().__init__()
        self.view: PosterGeometry | None = None
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def set_view(self, view: PosterGeometry) -> None:
        """Draw for ``view`` from now on."""
        self.prepareGeometryChange()
        self.view = view
        self.update()

    def boundingRect(self) -> QRectF:
        """The poster and the lines around its edge, px."""
        return self.view.bounds.adjusted(-2, -2, 2, 2) if self.view else QRectF()


class ClassOverlay(Overlay):
    """Each class's share of the poster in its color, with its name."""

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
        """Fill, outline and name every cell."""
        view = self.view
        if view is None:
            return
        for cell, (area, color) in enumerate(zip(view.cells, view.colors, strict=True)):
            fill = QColor(color)
            strong = cell in (self.target, self.dragged)
            fill.setAlpha(min(255, self.fill_alpha + (80 if strong else 14 if cell == self.hovered else 0)))
            painter.fillRect(area, fill)
        to_device = painter.worldTransform()

        def over_fills(painter: QPainter) -> None:
            self._outline(painter, view, to_device)
            self._name(painter, view, to_device)

        painter.save()
        painter.resetTransform()
        self._render_cache.draw(painter, (view, self.target), to_device, over_fills)
        painter.restore()

    def _outline(self, painter: QPainter, view: PosterGeometry, to_device: QTransform) -> None:
        """Frames on whole pixels, a hair apart, so that neighbors stay two colors."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for cell, (area, color) in enumerate(zip(view.cells, view.colors, strict=True)):
            painter.setPen(QPen(color, 3 if cell == self.target else 1))
            painter.drawRect(to_device.mapRect(area).toRect().adjusted(1, 1, -2, -2))

    def _name(self, painter: QPainter, view: PosterGeometry, to_device: QTransform) -> None:
        visible = painter.clipBoundingRect() if painter.hasClipping() else QRectF(painter.viewport())
        for area, name in zip(view.cells, view.cell_names, strict=True):
            shown = to_device.mapRect(area)
            if not shown.intersects(visible):
                continue
            if shown.width() < _SMALLEST_CELL_PX or shown.height() < _SMALLEST_CELL_PX:
                continue
            roomy = shown.width() > 64 and shown.height() > 40
            font_px = _TAG_FONT_PX if roomy else _SMALL_TAG_FONT_PX
            inset = _TAG_INSET_PX if roomy else 3.0
            corner = shown.topLeft() + QPointF(inset, inset)
            draw_tag(painter, corner, name, font_px, shown.width() - 2 * inset)


class PatchOverlay(Overlay):
    """Patch windows: all of them as thin lines, the hovered one, and the selected one."""

    def __init__(self) -> None:
        super().__init__()
        self.all_shown = True
        self.hovered: int | None = None
        self.selected: int | None = None
        self.selection_shown = True
        self.line = QColor()
        self.accent = QColor()
        self.selection_line = QColor()
        self._render_cache = RenderCache()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw lines in device pixels, whatever the zoom."""
        view = self.view
        if view is None:
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ratio = painter.device().devicePixelRatioF()  # cosmetic pens count device pixels
        if self.all_shown:
            to_device = painter.worldTransform()
            pen = self._all_patches_pen(to_device, view)

            def lines(painter: QPainter) -> None:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
                painter.setTransform(to_device, combine=True)
                painter.setPen(pen)
                painter.drawLines(view.patch_lines)

            painter.save()
            painter.resetTransform()
            self._render_cache.draw(painter, (view, self.line.rgba()), to_device, lines)
            painter.restore()
        if self.hovered is not None and self.hovered != self.selected:
            painter.setPen(cosmetic_pen(self.accent, 1.5 * ratio))
            painter.drawRect(view.patch(self.hovered))
        if self.selected is not None and self.selection_shown:
            contrast = QColor("#000000" if self.selection_line.lightness() > 128 else "#ffffff")
            contrast.setAlpha(150)
            painter.setPen(cosmetic_pen(contrast, 4 * ratio))
            painter.drawRect(view.patch(self.selected))
            painter.setPen(cosmetic_pen(self.selection_line, 2 * ratio))
            painter.drawRect(view.patch(self.selected))

    def _all_patches_pen(self, to_device: QTransform, view: PosterGeometry) -> QPen:
        """Lines fade as they crowd, so that many patches stay a texture and not a wall."""
        columns, rows = view.layout.patch_grid
        spacing = min(view.layout.poster[0] / columns, view.layout.poster[1] / rows)
        crowding = min(1.0, spacing * to_device.m11() / 64)
        color = QColor(self.line)
        color.setAlphaF(0.10 + 0.30 * crowding)
        pen = cosmetic_pen(color, 1)
        pen.setDashPattern([3, 3])
        return pen
