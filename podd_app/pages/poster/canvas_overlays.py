"""Overlays of the Poster page for the coverage and the label array."""

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
    """Coverage and label overlays of the canvas with their toggles and the coverage legend.

    Args:
        session: the session whose poster is shown.
        frame: frame of the canvas. The toggles and the legend are added to the frame.
    """

    def __init__(self, session: Session, frame: CanvasFrame) -> None:
        super().__init__(frame)
        self._session, self._frame = session, frame
        self.coverage, self.labels = CoverageOverlay(), LabelOverlay()
        frame.canvas.add_overlay(self.coverage)
        frame.canvas.add_overlay(self.labels)
        self.coverage_toggle = frame.add_toggle(
            self.tr("Coverage"), self.tr("Show how many patches contain each pixel"), False
        )
        self.labels_toggle = frame.add_toggle(
            self.tr("Labels"),
            self.tr("Show the cells of the learned label array, in the color of their initial class"),
            False,
        )
        self.legend = HeatLegend(self.tr("patches per pixel"))
        frame.add_footer(self.legend)
        self._coverage_stats = _CoverageStats(session.layout, session.draft.values["inner.patch_batch"])
        self.coverage_toggle.toggled.connect(self._on_coverage_toggled)
        self.labels_toggle.toggled.connect(self.labels.setVisible)
        self.labels.setVisible(False)
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

    def label_cell_text(self, spot: Spot) -> str:
        """Return the label cell at ``spot`` with its initial class. Empty if label cells are not shown."""
        cell = self.labels.cell_at(spot.x_px, spot.y_px) if self.labels.isVisible() else None
        if cell is None:
            return ""
        column, row = cell
        text = self.tr("label cell %d, %d: starts as %s")
        return text % (column + 1, row + 1, self.labels.owner(column, row))

    def _on_hovered(self, spot: Spot | None) -> None:
        self.labels.hovered_cell = self.labels.cell_at(spot.x_px, spot.y_px) if spot else None
        self.labels.update()
        if not self.coverage_toggle.isChecked():
            return
        if spot is None:
            self.legend.show_caption()
            return
        patches = int(self._coverage_stats.layout.coverage[spot.y_px, spot.x_px])
        least, most = self._coverage_stats.range
        text = self.tr("%n patch(es) · sampled %.2f times per inner step", "", patches)
        text %= self._coverage_stats.draws[spot.y_px, spot.x_px]
        self.legend.show_value((patches - least) / (most - least) if most > least else 0.5, text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Apply the colors of a new palette of the canvas."""
        if event.type() == QEvent.Type.PaletteChange:
            self._apply_palette()
        return False

    def _apply_palette(self) -> None:
        colors = colors_of(self._frame.canvas)
        self.labels.line, self.labels.warning = QColor(colors.text), QColor(colors.error)
        self.labels.update()


class _CoverageStats:
    """Coverage statistics of a layout, computed on first access.

    Args:
        layout: geometry of the poster.
        patch_batch: number of patches per inner step.
    """

    def __init__(self, layout: PosterLayout, patch_batch: int) -> None:
        self.layout, self._patch_batch = layout, patch_batch

    @cached_property
    def range(self) -> tuple[int, int]:
        """Smallest and largest number of patches per pixel, among the pixels of at least one patch."""
        drawn = self.layout.coverage[self.layout.coverage > 0]
        return int(drawn.min()), int(drawn.max())

    @cached_property
    def draws(self) -> NDArray[np.float64]:
        """Expected number of samples of each pixel per inner step, float64 [height, width]."""
        return self.layout.draws_per_step(self._patch_batch)
