"""The Run place: the live poster, the plots below it, the patch in question at the right."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from podd_app.canvas.frame import CanvasFrame
from podd_app.canvas.poster_canvas import PosterCanvas
from podd_app.canvas.poster_geometry import PosterGeometry, Spot
from podd_app.inspector.inspector import Inspector
from podd_app.pages.run.accuracy_curves import AccuracyCurves
from podd_app.pages.run.next_run import NextRunSummary
from podd_app.pages.run.outcome import RunOutcomeCard
from podd_app.pages.run.plot_card import PlotCard
from podd_app.pages.run.plot_menu import show_plot_menu
from podd_app.pages.run.redraw_scheduler import RedrawScheduler
from podd_app.pages.run.step_plots import gradient_plot, loss_plot, window_plot
from podd_app.services.services import Services
from podd_app.style.formatting import THIN_SPACE, placeholder_class_name
from podd_app.style.theme import GRID_PX, scaled
from podd_app.timeline.bar import TimelineBar
from podd_app.timeline.comparison import ComparisonController
from podd_app.widgets.empty_state import EmptyState
from podd_app.widgets.page import Page
from podd_app.widgets.text import ElidedLabel, section
from podd_engine.runtime.events import Evaluation, StepReport

_PLOTS_PX, _HIGHEST_PLOTS_PX = 172, 210
_WINDOW_PLOT_PX = 150
_UNDER_POINTER_PX = 80
_ROOM_FOR_ALL_PX = 660


class RunPage(Page):
    """Where a run is watched."""

    def __init__(self, services: Services) -> None:
        session = services.session
        super().__init__(session)
        self._run_history = session.run_history
        self._snapshot_player = services.snapshot_player
        self._examples = services.examples
        self._redraw_scheduler = RedrawScheduler(self)
        self.canvas = PosterCanvas()
        self.setFocusProxy(self.canvas)
        self.comparison = ComparisonController(session, self._snapshot_player, self.canvas)
        self.frame = CanvasFrame(self.canvas, self.comparison.stage)
        self.frame.patches.setChecked(False)
        self.as_seen = self.frame.add_toggle(
            self.tr("As seen"),
            self.tr(
                "Show the poster with whitening undone, as people see it; off, as networks are trained on it"
            ),
            True,
        )
        self.compare = self.frame.add_toggle(
            self.tr("Compare"),
            self.tr("Compare this poster with an earlier one, or with that of another run"),
            False,
        )
        self._hover_label = ElidedLabel()
        self._hover_label.setProperty("role", "muted")
        self._hover_label.setMinimumWidth(_UNDER_POINTER_PX)
        self.frame.add_top_left(self._hover_label)
        self.timeline = TimelineBar(session, self._snapshot_player)
        self._accuracies = AccuracyCurves()
        self.accuracy = PlotCard(
            self.tr("Accuracy"),
            self.tr(
                "Fresh networks trained on the poster, in per cent of real images: on test images (solid, "
                "band ± one standard deviation over networks) and on training images (dashed); a line for "
                "each training length, the longest strongest"
            ),
            self._accuracies,
            unit=f"{THIN_SPACE}%",
            can_log=False,
        )
        self._step_plots = (loss_plot(), gradient_plot(), window_plot())
        self.loss, self.gradient, self.windows = (plot.card for plot in self._step_plots)
        self._plots = (self.accuracy, self.loss, self.gradient, self.windows)
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
            card.setFixedHeight(min(scaled(_PLOTS_PX), _HIGHEST_PLOTS_PX))
            plots.addWidget(card, 1)
        watching = QWidget()
        column = QVBoxLayout(watching)
        column.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        column.setSpacing(12)
        column.addWidget(self.frame, 1)
        column.addWidget(self.comparison.bar)
        column.addWidget(self.timeline)
        column.addWidget(self._plot_row)
        self.empty_state = EmptyState(
            "run",
            self.tr("Nothing runs yet"),
            self.tr(
                "Press Start: the poster changes here while it learns, with plots of how well it teaches."
            ),
            self.tr("Draw the poster"),
            self.tr("Look at a finished example"),
        )
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty_state)
        self._stack.addWidget(watching)

    def _lay_out_panel(self) -> QWidget:
        self._next_run = NextRunSummary(self.session)
        self._facts = QWidget()
        column = QVBoxLayout(self._facts)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(section(self.tr("Result")))
        column.addWidget(RunOutcomeCard(self._run_history))
        column.addSpacing(8)
        column.addWidget(self.inspector)
        column.addStretch(1)
        self.windows.setFixedHeight(min(scaled(_WINDOW_PLOT_PX), _HIGHEST_PLOTS_PX))
        column.addWidget(self.windows)
        panel = QWidget()
        whole = QVBoxLayout(panel)
        whole.setContentsMargins(16, 14, 16, 16)
        whole.addWidget(self._facts, 1)
        whole.addWidget(self._next_run)
        whole.addStretch(0)
        return panel

    def _connect(self) -> None:
        run_history, session = self._run_history, self.session
        self._snapshot_player.poster_changed.connect(self._show_poster)
        run_history.opened.connect(self._on_opened)
        run_history.steps_reported.connect(self._on_reported)
        run_history.evaluated.connect(self._on_evaluated)
        session.run_changed.connect(
            self._redraw_scheduler.flush
        )  # a run that pauses or ends is shown as it is
        for toggle in (self.as_seen, self.frame.classes, self.frame.patches):
            toggle.toggled.connect(self._show_poster)
        self.compare.toggled.connect(self.comparison.set_enabled)
        self.compare.toggled.connect(self._update_plot_row)
        self.comparison.changed.connect(self._show_poster)
        self.canvas.patch_selected.connect(self._on_patch_selected)
        self.canvas.spot_clicked.connect(lambda spot: self.inspector.show_cell(spot.cell))
        self.inspector.highlight_changed.connect(self.canvas.show_class_values)
        self.canvas.hovered.connect(self._on_hovered)
        self.empty_state.action_triggered.connect(lambda: session.show_page("poster"))
        self.empty_state.second_action_triggered.connect(lambda: self._examples.open())
        for card in self._plots:
            card.context_menu_requested.connect(lambda at, card=card: show_plot_menu(card, session, at))
            card.step_hovered.connect(self._on_pointed)
            if card is not self.loss:
                card.view.link_to(self.loss.view)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Plots come and go with the room there is."""
        super().resizeEvent(event)
        self._update_plot_row()

    def _update_plot_row(self) -> None:
        """In a low window plots give way to posters that are compared."""
        self._plot_row.setVisible(not self.compare.isChecked() or self.height() >= _ROOM_FOR_ALL_PX)

    # The run

    def _on_opened(self) -> None:
        self._redraw_scheduler.cancel_all()
        metadata = self._run_history.metadata
        self._stack.setCurrentIndex(0 if metadata is None else 1)
        self._next_run.setVisible(metadata is None)
        self._facts.setVisible(metadata is not None)
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
        self._on_patch_selected(self.canvas.selected_patch)
        self._show_poster()

    def _on_reported(self, reports: list[StepReport]) -> None:
        for plot in self._step_plots:
            plot.rows.add(reports)
            self._redraw_scheduler.schedule(plot.card.draw)
        if reports:
            self._redraw_scheduler.schedule(self._follow_steps)

    def _follow_steps(self) -> None:
        self.loss.view.show_steps(self._run_history.reports[-1].step)

    def _on_evaluated(self, evaluation: Evaluation) -> None:
        self._accuracies.add(evaluation)
        self._redraw_scheduler.schedule(self.accuracy.draw)

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

    def _on_pointed(self, step: float | None) -> None:
        for card in self._plots:
            card.show_crosshair(step)

    def _on_hovered(self, spot: Spot | None) -> None:
        view = self.canvas.view
        if spot is None or view is None:
            self._hover_label.setText("")
            return
        text = view.cell_names[spot.cell]
        if spot.patch is not None:
            text += self.tr(" · patch %d (column %d, row %d)") % (
                spot.patch,
                *view.patch_position(spot.patch),
            )
        self._hover_label.setText(text + self.tr(" · pixel %d, %d") % (spot.x_px, spot.y_px))
