"""What the Poster place draws over the poster besides classes and patches: coverage, label array."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QColor

from podd_app.canvas.coverage_overlay import CoverageOverlay
from podd_app.canvas.frame import CanvasFrame
from podd_app.canvas.label_overlay import LabelOverlay
from podd_app.canvas.poster_geometry import Spot
from podd_app.models.session import Session
from podd_app.style.theme import colors_of
from podd_app.widgets.heat_legend import HeatLegend
from podd_engine.poster.layout import PosterLayout


class CanvasOverlays(QObject):
    """The two overlays with their toggles and the legend of the one.

    Args:
        session: whose poster is drawn.
        frame: gets the toggles and the legend.
    """

    def __init__(self, session: Session, frame: CanvasFrame) -> None:
        super().__init__(frame)
        self._session, self._frame = session, frame
        self.coverage, self.labels = CoverageOverlay(), LabelOverlay()
        frame.canvas.add_overlay(self.coverage, under="classes")
        frame.canvas.add_overlay(self.labels, under="patches")
        self.coverage_toggle = frame.add_toggle(
            self.tr("Coverage"), self.tr("Show how often patches draw each pixel"), False
        )
        self.labels_toggle = frame.add_toggle(
            self.tr("Labels"),
            self.tr("Show the cells of the learned label array, each with the class it starts in"),
            True,
        )
        self.legend = HeatLegend(self.tr("patches over a pixel"))
        frame.add_footer(self.legend)
        self._coverage_stats = _CoverageStats(session.layout, session.draft.values["inner.patch_batch"])
        self.coverage_toggle.toggled.connect(self._on_coverage_toggled)
        self.labels_toggle.toggled.connect(self.labels.setVisible)
        frame.canvas.hovered.connect(self._on_hovered)
        frame.canvas.installEventFilter(self)
        session.draft_changed.connect(self._on_draft_changed)
        self._on_coverage_toggled(False)
        self._on_draft_changed()
        self._apply_palette()

    def _on_coverage_toggled(self, shown: bool) -> None:
        self.coverage.setVisible(shown)
        self.legend.setVisible(shown)
        self._frame.canvas.fill_classes(not shown)
        self._show_scale()

    def _on_draft_changed(self) -> None:
        session = self._session
        config = session.config
        array = config.label_array if config else None
        if config is not None or session.draft.values["labels.kind"] == "fixed":
            self.labels.set_array(array)
            self.labels_toggle.setVisible(array is not None)
        self._coverage_stats = _CoverageStats(session.layout, session.draft.values["inner.patch_batch"])
        self._show_scale()

    def _show_scale(self) -> None:
        if self.coverage_toggle.isChecked():
            least, most = self._coverage_stats.range
            self.legend.set_scale(str(least), str(most))
            self.legend.show_caption()

    def _on_hovered(self, spot: Spot | None) -> None:
        if not self.coverage_toggle.isChecked():
            return
        if spot is None:
            self.legend.show_caption()
            return
        patches = int(self._coverage_stats.layout.coverage[spot.y_px, spot.x_px])
        least, most = self._coverage_stats.range
        words = self.tr("1 patch") if patches == 1 else self.tr("%d patches") % patches
        words += (
            self.tr(" · drawn %.2f times an inner step") % self._coverage_stats.draws[spot.y_px, spot.x_px]
        )
        self.legend.show_value((patches - least) / (most - least) if most > least else 0.5, words)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the scheme."""
        if event.type() == QEvent.Type.PaletteChange:
            self._apply_palette()
        return False

    def _apply_palette(self) -> None:
        colors = colors_of(self._frame.canvas)
        self.labels.line, self.labels.warning = QColor(colors.text), QColor(colors.error)
        self.labels.update()


class _CoverageStats:
    """How often the pixels of a layout are drawn, computed when first asked for."""

    def __init__(self, layout: PosterLayout, patch_batch: int) -> None:
        self.layout, self._patch_batch = layout, patch_batch

    @cached_property
    def range(self) -> tuple[int, int]:
        """Fewest and most patches over a pixel that any draws."""
        drawn = self.layout.coverage[self.layout.coverage > 0]
        return int(drawn.min()), int(drawn.max())

    @cached_property
    def draws(self) -> NDArray[np.float64]:
        """Times an inner step draws each pixel, float64 [height, width]."""
        return self.layout.draws_per_step(self._patch_batch)
