"""Graphics view of a poster with rulers and overlays."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMarginsF, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QRegion
from PySide6.QtWidgets import QWidget

from podd_app.canvas.image_layer import ImageLayer, to_qimage
from podd_app.canvas.overlays import ClassOverlay, Overlay, PatchDots, PatchOverlay
from podd_app.canvas.poster_geometry import PosterGeometry, Spot
from podd_app.canvas.rulers import draw_rulers
from podd_app.canvas.tool import CanvasTool
from podd_app.canvas.value_overlay import CellValues, ValueOverlay
from podd_app.canvas.zoom_view import ZoomView
from podd_app.style.palette import FollowsPalette
from podd_app.style.theme import colors_of
from podd_app.widgets.focus_ring import FocusRing, draw_focus_ring

MARGINS = QMarginsF(40, 64, 24, 24)
"""Free space around the fitted poster, px: rulers at the left and top, toggle buttons at the top."""
_RULER_PX = 26
_CORNER_PX = 8
_CLASS_ALPHA = 40
_OUTDATED_ALPHA = 175


class PosterGraphicsView(FollowsPalette, ZoomView):
    """Drawing part of `PosterCanvas`.

    Only the user changes zoom and position. A new image never changes them.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(MARGINS, parent)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setMinimumSize(220, 200)
        self._image = ImageLayer()
        self._values = ValueOverlay()
        self._dots = PatchDots()
        self._classes = ClassOverlay()
        self._patches = PatchOverlay()
        for item in (self._image, self._values, self._dots, self._classes, self._patches):
            self.scene().addItem(item)
        self._extra_overlays: list[Overlay] = []
        self._view: PosterGeometry | None = None
        self._tool: CanvasTool | None = None
        self._has_image = False
        self._rulers = True
        self._outdated = False
        self._focus_ring = FocusRing(self)
        self.fill_classes(True)
        self.follow_palette()

    @property
    def view(self) -> PosterGeometry | None:
        """Geometry of the poster, or None before the first `set_view`."""
        return self._view

    def set_view(self, view: PosterGeometry) -> None:
        """Show a geometry and class order. Keep the zoom and position that the user selected."""
        previous = self._view
        self._view = view
        self._image.set_bounds(view.bounds)
        self._values.set_view(view)
        self._dots.set_view(view)
        self._classes.set_view(view)
        self._patches.set_view(view)
        for overlay in self._extra_overlays:
            overlay.set_view(view)
        if previous is None or previous.layout.poster != view.layout.poster:
            self.set_content(view.bounds)
            if self.fitted and self._can_refit():
                self.fit()
        self.viewport().update()

    @property
    def image(self) -> QImage | None:
        """The image with one image pixel per poster pixel, or None for a blank poster."""
        return self._image.image

    def set_image(self, pixels: NDArray[np.uint8] | NDArray[np.floating] | None) -> None:
        """Show an image without changing zoom and position.

        Args:
            pixels: [height, width, channels] or [height, width], uint8 or floats in [0, 1]. None shows
                a blank poster.
        """
        self._image.set_image(None if pixels is None else to_qimage(pixels))
        # Repaint only the area of the image. The surroundings do not change and take longer to draw.
        covered = self.mapFromScene(self._image.boundingRect()).boundingRect()
        self.viewport().update(covered.adjusted(-1, -1, 1, 1))
        has_image = pixels is not None
        if has_image != self._has_image:
            self._has_image = has_image
            self.fill_classes(not has_image)
            self._apply_selection_palette()

    @property
    def classes_shown(self) -> bool:
        """Whether class regions are shown."""
        return self._classes.isVisible()

    def show_classes(self, shown: bool) -> None:
        """Show or hide class regions and names."""
        self._classes.setVisible(shown)

    def fill_classes(self, filled: bool) -> None:
        """Tint the class regions, or draw only their outlines to leave the image unchanged."""
        self._classes.fill_alpha = _CLASS_ALPHA if filled else 0
        self._classes.update()

    def add_overlay(self, overlay: Overlay) -> None:
        """Add an overlay below the patches and the class regions."""
        self.scene().addItem(overlay)
        overlay.stackBefore(self._dots)
        self._extra_overlays.append(overlay)
        if self._view is not None:
            overlay.set_view(self._view)

    @property
    def patches_shown(self) -> bool:
        """Whether the centers of all patches are shown."""
        return self._dots.isVisible()

    def show_patches(self, shown: bool) -> None:
        """Show the centers of all patches, or only the hovered and the selected patch."""
        self._dots.setVisible(shown)

    def show_class_values(self, cell: int | None, values: CellValues | None) -> None:
        """Outline a class and tint the classes by a value.

        Args:
            cell: cell to outline instead of the selected patch. None outlines the selected patch.
            values: values for the tint, or None for no tint.
        """
        if (cell, values) == (self._values.outlined_cell, self._values.values):
            return  # each new poster repeats the call, and a full repaint takes longer than the poster
        self._values.outlined_cell, self._values.values = cell, values
        self._patches.selection_shown = cell is None
        self._values.update()
        self._patches.update()

    def set_bar_height(self, height_px: int) -> None:
        """Reserve space for a bar of this height above the ruler."""
        self.set_margins(top=max(MARGINS.top(), height_px + _RULER_PX))

    @property
    def outdated(self) -> bool:
        """Whether the poster is dimmed."""
        return self._outdated

    def set_outdated(self, outdated: bool) -> None:
        """Dim the poster because the current settings describe another one."""
        if outdated != self._outdated:
            self._outdated = outdated
            self.viewport().update()

    def show_rulers(self, shown: bool) -> None:
        """Show or hide the pixel rulers."""
        self._rulers = shown
        self.viewport().update()

    def highlight_cells(self, dragged: int | None, target: int | None) -> None:
        """Highlight the dragged cell and the drop target."""
        self._classes.dragged, self._classes.target = dragged, target
        self._classes.update()

    def spot_at(self, position: QPoint) -> Spot | None:
        """Return the spot at a viewport position, or None outside the poster."""
        point = self.mapToScene(position)
        return self._view.spot(point.x(), point.y()) if self._view else None

    def set_tool(self, tool: CanvasTool | None) -> None:
        """Set the tool that draws on the canvas and handles drags."""
        self._tool = tool

    def _can_refit(self) -> bool:
        """Whether the view may fit a poster of another size. False during a drag."""
        return True

    # Drawing

    def _apply_palette(self) -> None:
        colors = colors_of(self)
        self.setBackgroundBrush(QColor(colors.canvas))
        self._image.set_blank_color(QColor(colors.surface))
        self._patches.accent = QColor(colors.accent)
        self._apply_selection_palette()

    def _apply_selection_palette(self) -> None:
        """Use white for the selected patch and for dots over an image, in light and dark mode."""
        colors = colors_of(self)
        self._patches.selection_line = QColor("#ffffff" if self._has_image else colors.selection)
        self._dots.fill = QColor("#ffffff" if self._has_image else colors.muted)
        self._dots.outline = QColor(0, 0, 0, 150) if self._has_image else QColor(colors.surface)
        self._patches.update()
        self._dots.update()

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Draw the background and a soft shadow around the poster."""
        super().drawBackground(painter, rect)
        if self._view is None:
            return
        painter.save()
        # Skip the area that the poster covers. It is most of the screen.
        covered = self.mapFromScene(self._view.bounds).boundingRect().adjusted(4, 4, -4, -4)
        to_device = painter.worldTransform()
        painter.resetTransform()
        painter.setClipRegion(QRegion(self.viewport().rect()) - QRegion(covered))
        painter.setTransform(to_device)
        painter.setPen(Qt.PenStyle.NoPen)
        for spread_px, alpha in ((10, 6), (6, 9), (3, 14)):
            painter.setBrush(QColor(0, 0, 0, alpha))
            reach = spread_px / self.scale_factor
            shadow = self._view.bounds.adjusted(-reach, -reach * 0.6, reach, reach * 1.2)
            painter.drawRoundedRect(shadow, reach, reach)
        painter.restore()

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Draw the rulers, the tool, the rounded corners and the focus ring."""
        colors = colors_of(self)
        painter.save()
        painter.resetTransform()
        if self._outdated and self._view is not None:
            veil = QColor(colors.canvas)
            veil.setAlpha(_OUTDATED_ALPHA)
            painter.fillRect(self.viewportTransform().mapRect(self._view.bounds), veil)
        if self._rulers and self._view is not None:
            backing = QColor(colors.canvas)
            backing.setAlpha(220)
            draw_rulers(
                painter,
                self._view,
                self.viewportTransform(),
                QRectF(self.viewport().rect()),
                QColor(colors.muted),
                backing,
            )
        if self._tool:
            self._tool.draw(painter, self)
        self._round_corners(painter, QColor(colors.window))
        if self._focus_ring.shown:
            draw_focus_ring(painter, self, QRectF(self.viewport().rect()), _CORNER_PX)
        painter.restore()

    def _round_corners(self, painter: QPainter, around: QColor) -> None:
        corners = QPainterPath()
        corners.addRect(QRectF(self.viewport().rect()))
        corners.addRoundedRect(QRectF(self.viewport().rect()), _CORNER_PX, _CORNER_PX)
        painter.fillPath(corners, around)
