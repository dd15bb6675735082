"""Run page: live poster, timeline, plots and inspector."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from podd_app.canvas.canvas_menu import CanvasMenu
from podd_app.canvas.frame import CanvasFrame
from podd_app.canvas.poster_canvas import PosterCanvas
from podd_app.canvas.poster_geometry import PosterGeometry, Spot
from podd_app.inspector.inspector import Inspector
from podd_app.pages.run.accuracy_curves import AccuracyCurves
from podd_app.pages.run.next_run import NextRunSummary
from podd_app.pages.run.outcome import RunOutcomeCard
from podd_app.pages.run.plot_card import PlotCard
from podd_app.pages.run.plot_menu import show_plot_menu
from podd_app.pages.run.preparation_card import PreparationCard
from podd_app.pages.run.redraw_scheduler import RedrawScheduler
from podd_app.pages.run.step_plots import gradient_plot, loss_plot, window_plot
from podd_app.services.services import Services
from podd_app.style.formatting import placeholder_class_name
from podd_app.style.theme import GRID_PX, scaled
from podd_app.timeline.bar import TimelineBar
from podd_app.timeline.comparison import ComparisonController
from podd_app.widgets.empty_state import EmptyState
from podd_app.widgets.page import Page
from podd_app.widgets.text import ElidedLabel, section
from podd_engine.runtime.events import Evaluation, StepReport

_PLOT_PX, _MAX_PLOT_PX = 172, 210
_WINDOW_PLOT_PX = 150
_MIN_HEIGHT_FOR_BOTH_PX = 660


class RunPage(Page):
    """Page that shows the open run.

    Args:
        services: services of the window.
    """

    def __init__(self, services: Services) -> None:
        session = services.session
        super().__init__(session)
        self._run_history = session.run_history
        self._snapshot_player = services.snapshot_player
        self._examples = services.examples
        self._redraw_scheduler = RedrawScheduler(self)
        self.canvas = PosterCanvas()
        self.setFocusProxy(self.canvas)
        CanvasMenu(session, self.canvas)
        self.comparison = ComparisonController(session, self._snapshot_player, self.canvas)
        self.frame = CanvasFrame(self.canvas, self.comparison.stage)
        self.as_seen = self.frame.add_toggle(
            self.tr("As seen"),
            self.tr("Show natural colors (whitening undone). Off: show the pixels that networks train on."),
            True,
        )
        self.compare = self.frame.add_toggle(
            self.tr("Compare"),
            self.tr("Compare this poster with an earlier poster or another run"),
            False,
        )
        self._hover_label = ElidedLabel()
        self._hover_label.setProperty("role", "muted")
        self.frame.add_top_left(self._hover_label)
        self.timeline = TimelineBar(session, self._snapshot_player)
        self._accuracies = AccuracyCurves()
        self.accuracy = PlotCard(
            self.tr("Accuracy"),
            self.tr(
                "Accuracy of newly initialized networks trained on the poster: on test images (solid, band "
                "± one standard deviation over networks) and on real training images (dashed). One pair of "
                "lines per number of training steps; the strongest pair has the most steps."
            ),
            self._accuracies,
            unit="%",
            can_log=False,
        )
        self._step_plots = (loss_plot(), gradient_plot(), window_plot())
        self.loss, self.gradient, self.windows = (plot.card for plot in self._step_plots)
        self._plots = (self.accuracy, self.loss, self.gradient, self.windows)
        self._outcome = RunOutcomeCard(self._run_history)
        self.inspector = Inspector(services.inspection, self._snapshot_player)
        self.panel = self._lay_out_panel()
        self._lay_out()
        self._connect()
        self._on_opened()

    def _lay_out(self) -> None:
        self._plot_row = QWidget()
        plots = QHBoxLayout(self._plot_row)
        plots.setContentsMargins(0, 0, 0, 0)
        plots.setSpacing(12)
        for card in (self.accuracy, self.loss, self.gradient):
            card.setFixedHeight(min(scaled(_PLOT_PX), _MAX_PLOT_PX))
            plots.addWidget(card, 1)
        self._views = QWidget()
        column = QVBoxLayout(self._views)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.frame, 1)
        column.addWidget(self.comparison.bar)
        column.addWidget(self.timeline)
        column.addWidget(self._plot_row)
        self.preparation = PreparationCard(self.session)
        content = QWidget()
        outer = QVBoxLayout(content)
        outer.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        outer.setSpacing(2 * GRID_PX)
        # With a horizontal alignment, the layout would compute the height of the card from its own width.
        preparation_row = QHBoxLayout()
        preparation_row.addStretch(1)
        preparation_row.addWidget(self.preparation, 0, Qt.AlignmentFlag.AlignVCenter)
        preparation_row.addStretch(1)
        outer.addLayout(preparation_row)
        outer.addWidget(self._views, 1)
        self.empty_state = EmptyState(
            "run",
            self.tr("No run yet"),
            self.tr("Press Start to watch the poster change here, with plots of loss and accuracy."),
            self.tr("Draw the poster"),
            self.tr("Look at a finished example"),
        )
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty_state)
        self._stack.addWidget(content)

    def _lay_out_panel(self) -> QWidget:
        self._next_run = NextRunSummary(self.session)
        self._facts = QWidget()
        column = QVBoxLayout(self._facts)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(section(self.tr("Result")))
        column.addWidget(self._outcome)
        column.addSpacing(8)
        column.addWidget(self.inspector)
        column.addStretch(1)
        self.windows.setFixedHeight(min(scaled(_WINDOW_PLOT_PX), _MAX_PLOT_PX))
        column.addWidget(self.windows)
        panel = QWidget()
        outer = QVBoxLayout(panel)
        outer.setContentsMargins(16, 14, 16, 16)
        outer.addWidget(self._facts, 1)
        outer.addWidget(self._next_run)
        outer.addStretch(0)
        return panel

    def _connect(self) -> None:
        run_history, session = self._run_history, self.session
        self._snapshot_player.poster_changed.connect(self._show_poster)
        self._snapshot_player.position_changed.connect(self._on_position_changed)
        run_history.opened.connect(self._on_opened)
        run_history.steps_reported.connect(self._on_reported)
        run_history.evaluated.connect(self._on_evaluated)
        # Show the final state immediately when a run pauses or ends.
        session.run_changed.connect(self._redraw_scheduler.flush)
        session.run_changed.connect(self._update_visible_views)
        for toggle in (self.as_seen, self.frame.classes, self.frame.patches):
            toggle.toggled.connect(self._show_poster)
        self.compare.toggled.connect(self.comparison.set_enabled)
        self.compare.toggled.connect(self._update_plot_row)
        self.comparison.changed.connect(self._show_poster)
        self.canvas.patch_selected.connect(self._on_patch_selected)
        self.canvas.spot_clicked.connect(lambda spot: self.inspector.show_cell(spot.cell))
        self.inspector.highlight_changed.connect(self.comparison.show_class_values)
        self.canvas.hovered.connect(self._on_hovered)
        self.empty_state.action_triggered.connect(lambda: session.show_page("poster"))
        self.empty_state.second_action_triggered.connect(self._examples.open)
        for card in self._plots:
            card.context_menu_requested.connect(lambda at, card=card: show_plot_menu(card, session, at))
            card.step_hovered.connect(self._on_step_hovered)
            if card is not self.loss:
                card.view.link_to(self.loss.view)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show or hide the plots depending on the height of the page."""
        super().resizeEvent(event)
        self._update_plot_row()

    def _update_plot_row(self) -> None:
        """Hide the plots while they are empty, and in a comparison if the page is too low for both."""
        fits = not self.compare.isChecked() or self.height() >= _MIN_HEIGHT_FOR_BOTH_PX
        self._plot_row.setVisible(fits and bool(self._run_history.reports))

    def _update_visible_views(self) -> None:
        """Show only the preparation until the run has a poster."""
        is_preparing = self.session.run.is_preparing
        has_poster = self._run_history.poster is not None or not is_preparing
        self._views.setVisible(has_poster)
        self.setFocusProxy(self.canvas if has_poster else self.preparation)
        if not is_preparing and self.preparation.hasFocus():
            self.setFocus()  # before the card is hidden, so that Qt does not choose another widget
        self.preparation.setVisible(is_preparing)
        self.inspector.setVisible(has_poster)
        self.windows.setVisible(bool(self._run_history.reports))
        self._update_plot_row()

    # Run and posters

    def _on_opened(self) -> None:
        self._redraw_scheduler.cancel_all()
        metadata = self._run_history.metadata
        self._stack.setCurrentIndex(0 if metadata is None else 1)
        self._outcome.refresh()
        self._next_run.setVisible(metadata is None)
        self._facts.setVisible(metadata is not None)
        self._update_visible_views()
        for card in self._plots:
            card.clear(metadata)
        if metadata is None:
            return
        config, names = metadata.config, metadata.class_names
        names += tuple(placeholder_class_name(index) for index in range(len(names), config.layout.classes))
        self.canvas.set_view(PosterGeometry(config.layout, config.order.grid, names))
        self.loss.view.show_steps(0)
        self._on_reported(list(self._run_history.reports))
        for evaluation in self._run_history.evaluations:
            self._accuracies.add(evaluation)
        self._redraw_scheduler.schedule(self.accuracy.draw)
        self._redraw_scheduler.flush()
        self._outcome.refresh()
        self._on_position_changed()
        self._on_patch_selected(self.canvas.selected_patch)
        self._show_poster()

    def _on_reported(self, reports: list[StepReport]) -> None:
        if reports and self.windows.isHidden():
            self._update_visible_views()
        for plot in self._step_plots:
            plot.rows.add(reports)
            self._redraw_scheduler.schedule(plot.card.draw)
        if reports:
            self._redraw_scheduler.schedule(self._follow_steps)
            self._redraw_scheduler.schedule(self._outcome.refresh)

    def _follow_steps(self) -> None:
        self.loss.view.show_steps(self._run_history.reports[-1].step)

    def _on_evaluated(self, evaluation: Evaluation) -> None:
        self._accuracies.add(evaluation)
        self._redraw_scheduler.schedule(self.accuracy.draw)
        self._outcome.refresh()

    def _on_position_changed(self) -> None:
        for card in self._plots:
            card.show_step(self._snapshot_player.selected_step)

    def _show_poster(self) -> None:
        poster, as_seen = self._snapshot_player.poster, self.as_seen.isChecked()
        self.comparison.show(poster, as_seen)
        self.inspector.show_poster(poster, as_seen)
        if poster is None:
            self.canvas.select_patch(None)
        self.canvas.set_label_description(self.inspector.label_text)

    def _on_patch_selected(self, patch: int | None) -> None:
        self.inspector.show_patch(self.canvas.view, patch)
        self.canvas.set_label_description(self.inspector.label_text)

    def _on_step_hovered(self, step: float | None) -> None:
        for card in self._plots:
            card.show_crosshair(step)

    def _on_hovered(self, spot: Spot | None) -> None:
        view = self.canvas.view
        if spot is None or view is None:
            self._hover_label.setText("")
            return
        parts = [view.cell_names[spot.cell]]
        if spot.patch is not None:
            parts.append(self.tr("patch %d (column %d, row %d)") % view.patch_numbers(spot.patch))
        parts.append(self.tr("pixel %d, %d") % (spot.x_px, spot.y_px))
        self._hover_label.setText(" · ".join(parts))
