"""Comparison of the shown poster with a second poster."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from podd_app.canvas.poster_canvas import PosterCanvas
from podd_app.canvas.poster_geometry import PosterGeometry
from podd_app.canvas.value_overlay import CellValues
from podd_app.models.run_messages import ComparisonPoster, RenderedPoster
from podd_app.models.session import Session
from podd_app.services.comparison_source import ComparisonSource
from podd_app.services.snapshot_player import SnapshotPlayer
from podd_app.style.formatting import format_count, format_size, placeholder_class_name
from podd_app.timeline.compare_bar import CompareBar, Mode
from podd_app.timeline.comparison_menu import ComparisonMenu
from podd_app.timeline.comparison_stage import ComparisonStage
from podd_app.timeline.difference import difference, have_same_shape

CHECK_INTERVAL_MS = 5000
"""Time between two checks for changes of the other run on disk."""


class ComparisonController(QObject):
    """Connects the source of the second poster with the widgets that show the comparison.

    Args:
        session: the session with the open run.
        snapshot_player: the player with the shown poster.
        canvas: the canvas of the shown poster.

    Attributes:
        stage: the widget with both canvases.
        source: reads the second poster.
        bar: the controls of the comparison.
    """

    changed = Signal()
    """Emitted when the owner must call `show` again."""

    def __init__(self, session: Session, snapshot_player: SnapshotPlayer, canvas: PosterCanvas) -> None:
        self.stage = ComparisonStage(canvas)
        super().__init__(self.stage)
        self._session, self._snapshot_player = session, snapshot_player
        self._enabled = False
        self._mode: Mode = "swipe"
        self._outlined_cell: int | None = None
        self._shown: tuple[ComparisonPoster, bool] | None = None
        self.source = ComparisonSource(session, snapshot_player)
        self.bar = CompareBar(ComparisonMenu(session, snapshot_player))
        self.bar.hide()
        self._check_timer = QTimer(self, interval=CHECK_INTERVAL_MS)
        self._check_timer.timeout.connect(self.source.refresh_if_changed)
        self.bar.menu.choice_selected.connect(self.source.choose)
        self.bar.menu.pin_requested.connect(self.source.pin)
        self.bar.mode_chosen.connect(self._on_mode_chosen)
        self.bar.follow_step_toggled.connect(self._on_follow_step_toggled)
        self.source.changed.connect(self.changed)

    @property
    def mode(self) -> Mode:
        """Mode for posters of the same shape."""
        return self._mode

    def set_enabled(self, on: bool) -> None:
        """Turn the comparison on or off."""
        self._enabled = on
        self.bar.setVisible(on)
        self.source.set_active(on)
        if on:
            self.source.refresh_if_changed()
            self._check_timer.start()
        else:
            self._check_timer.stop()
        self.changed.emit()

    def _on_mode_chosen(self, mode: Mode) -> None:
        self._mode = mode
        self.changed.emit()

    def _on_follow_step_toggled(self, follow_step: bool) -> None:
        self.source.choose(replace(self.source.choice, follow_step=follow_step))

    def show(self, poster: RenderedPoster | None, as_seen: bool) -> None:
        """Show a poster, with the second poster if the comparison is on.

        Args:
            poster: the poster to show. None shows a blank poster without a comparison.
            as_seen: whether to show the pixels with the preprocessing removed.
        """
        stage, compared = self.stage, self.source.compared if self._enabled else None
        if poster is None or compared is None:
            stage.arrange("alone")
            stage.name("", "")
            stage.canvas.set_image(None if poster is None else _pixels(poster, as_seen))
            self._update_bar(None, True)
            return
        same_shape = have_same_shape(poster, compared.poster)
        mode = self._mode if same_shape else "side"
        if mode == "difference":
            stage.canvas.set_image(difference(poster, compared.poster))
        else:
            stage.canvas.set_image(_pixels(poster, as_seen))
            self._show_compared_poster(compared, as_seen)
            stage.reference.show_classes(stage.canvas.classes_shown)
            stage.reference.show_patches(stage.canvas.patches_shown)
        stage.arrange("alone" if mode == "difference" else mode)
        self._show_names(poster, compared, mode)
        self._update_bar(poster, same_shape)

    def show_class_values(self, cell: int | None, values: CellValues | None) -> None:
        """Outline a class on both posters, and tint the classes of the shown poster by a value.

        Args:
            cell: cell of the shown poster to outline instead of the selected patch, or None.
            values: values of the shown poster, or None for no tint.
        """
        self._outlined_cell = cell
        self.stage.canvas.show_class_values(cell, values)
        self._outline_on_reference()

    def _outline_on_reference(self) -> None:
        canvas, reference = self.stage.canvas.view, self.stage.reference.view
        if canvas is not None and reference is not None:
            cell = self._outlined_cell
            name = None if cell is None else canvas.cell_names[cell]
            same_class = reference.cell_names.index(name) if name in reference.cell_names else None
            self.stage.reference.show_class_values(same_class, None)

    def _show_compared_poster(self, compared: ComparisonPoster, as_seen: bool) -> None:
        if self._shown == (compared, as_seen):
            return
        self._shown = compared, as_seen
        canvas, config = self.stage.reference, compared.config
        names = compared.class_names
        names += tuple(placeholder_class_name(index) for index in range(len(names), config.layout.classes))
        canvas.set_view(PosterGeometry(config.layout, config.order.grid, names))
        self._outline_on_reference()
        canvas.set_image(_pixels(compared.poster, as_seen))
        self.stage.links.link(self.stage.arrangement != "alone")

    # Texts

    def _show_names(self, poster: RenderedPoster, compared: ComparisonPoster, mode: Mode) -> None:
        metadata = self._session.run_history.metadata
        run = (
            metadata.path.name if metadata is not None and metadata.path is not None else self.tr("This run")
        )
        name, compared_name = (
            self._run_step_text(run, poster.step),
            self._run_step_text(compared.path.name, compared.poster.step),
        )
        if mode == "difference":
            self.stage.name(self.tr("Difference: %s − %s") % (name, compared_name), "")
        else:
            self.stage.name(name, compared_name)

    def _run_step_text(self, run: str, step: int) -> str:
        return self.tr("%s, step %s") % (run, format_count(step))

    def _update_bar(self, poster: RenderedPoster | None, same_shape: bool) -> None:
        source, bar = self.source, self.bar
        compared, error = source.compared, source.error
        message = error
        if not message and compared is None:
            message = self._missing_text()
        elif not message and poster is not None and compared is not None and not same_shape:
            message = self._shape_mismatch_text(poster, compared.poster)
        elif not message and self._mode == "difference" and same_shape and poster is not None:
            message = self.tr("Difference before preprocessing is removed: black is none, white the largest.")
        follow_step = source.choice.follow_step if source.steps else None
        bar.show_choice(self._choice_text(), self._mode if same_shape else "side", same_shape, follow_step)
        bar.show_message(message, bool(error))

    def _missing_text(self) -> str:
        if self.source.loading:
            return self.tr("Reading the poster…")
        if self._session.run_history.metadata is None:
            return ""
        return self.tr("This run has no saved poster to compare with yet.")

    def _shape_mismatch_text(self, poster: RenderedPoster, other: RenderedPoster) -> str:
        (height, width), (other_height, other_width) = poster.trained.shape[:2], other.trained.shape[:2]
        if (height, width) == (other_height, other_width):
            return self.tr("A gray and a color poster can only be shown side by side.")
        sizes = format_size(width, height), format_size(other_width, other_height)
        return self.tr("Posters of different sizes (%s and %s px) can only be shown side by side.") % sizes

    def _choice_text(self) -> str:
        choice, compared = self.source.choice, self.source.compared
        step = "…" if compared is None or self.source.loading else format_count(compared.poster.step)
        match choice.kind:
            case "start":
                return self.tr("Start of this run, step %s") % step
            case "best":
                return self.tr("Best of this run, step %s") % step
            case "pinned" if compared is not None:
                return self._run_step_text(compared.path.name, compared.poster.step)
        return self.tr("%s, step %s") % (choice.path.name if choice.path else "", step)


def _pixels(poster: RenderedPoster, as_seen: bool) -> NDArray[np.uint8]:
    return poster.seen if as_seen else poster.trained
