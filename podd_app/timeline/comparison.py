"""Comparing the poster on screen with a reference: which, how, and what is said about it."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from podd_app.canvas.poster_canvas import PosterCanvas
from podd_app.canvas.poster_geometry import PosterGeometry
from podd_app.models.run_messages import ComparisonPoster, RenderedPoster
from podd_app.models.session import Session
from podd_app.services.comparison_source import ComparisonSource
from podd_app.services.snapshot_player import SnapshotPlayer
from podd_app.style.formatting import format_count
from podd_app.timeline.compare_bar import CompareBar, Mode
from podd_app.timeline.comparison_menu import ComparisonMenu
from podd_app.timeline.comparison_stage import ComparisonStage
from podd_app.timeline.difference import difference, have_same_shape

CHECK_INTERVAL_MS = 5000
"""Time between two looks whether the run compared with is still there."""


class ComparisonController(QObject):
    """Between the reference and the widgets that show it.

    Args:
        session: whose run is on screen.
        reel: the poster looked at.
        canvas: shows it.

    Attributes:
        stage: holds the canvas and whatever it is compared with.
        bar: says with what, and how.
    """

    changed = Signal()
    """The posters are to be shown anew."""

    def __init__(self, session: Session, snapshot_player: SnapshotPlayer, canvas: PosterCanvas) -> None:
        self.stage = ComparisonStage(canvas)
        super().__init__(self.stage)
        self._session, self._snapshot_player = session, snapshot_player
        self._enabled = False
        self._mode: Mode = "swipe"
        self._shown: tuple[ComparisonPoster, bool] | None = None
        self.reference = ComparisonSource(session, snapshot_player)
        self.bar = CompareBar(ComparisonMenu(session, snapshot_player))
        self.bar.hide()
        self._check_timer = QTimer(self, interval=CHECK_INTERVAL_MS)
        self._check_timer.timeout.connect(self.reference.refresh_if_changed)
        self.bar.menu.choice_selected.connect(self.reference.choose)
        self.bar.menu.pin_requested.connect(self.reference.pin)
        self.bar.mode_chosen.connect(self._on_mode_chosen)
        self.bar.follow_step_toggled.connect(self._on_follow_step_toggled)
        self.reference.changed.connect(self.changed)

    @property
    def mode(self) -> Mode:
        """How posters that face each other are shown."""
        return self._mode

    def set_enabled(self, on: bool) -> None:
        """Compare, or show the poster looked at alone."""
        self._enabled = on
        self.bar.setVisible(on)
        self.reference.set_active(on)
        if on:
            self.reference.refresh_if_changed()
            self._check_timer.start()
        else:
            self._check_timer.stop()
        self.changed.emit()

    def _on_mode_chosen(self, mode: Mode) -> None:
        self._mode = mode
        self.changed.emit()

    def _on_follow_step_toggled(self, follow_step: bool) -> None:
        self.reference.choose(replace(self.reference.choice, follow_step=follow_step))

    def show(self, poster: RenderedPoster | None, as_seen: bool) -> None:
        """Show a poster, and whatever it is compared with.

        Args:
            poster: the one looked at; None: a blank poster, compared with nothing.
            as_seen: whether its preprocessing is undone.
        """
        stage, compared = self.stage, self.reference.compared if self._enabled else None
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
            self._show_reference(compared, as_seen)
            stage.reference.show_classes(stage.canvas.classes_shown)
            stage.reference.show_patches(stage.canvas.patches_shown)
        stage.arrange("alone" if mode == "difference" else mode)
        self._name(poster, compared, mode)
        self._update_bar(poster, same_shape)

    def _show_reference(self, compared: ComparisonPoster, as_seen: bool) -> None:
        if self._shown == (compared, as_seen):
            return
        self._shown = compared, as_seen
        canvas, config = self.stage.reference, compared.config
        names = compared.class_names
        names += tuple(f"class {index}" for index in range(len(names), config.layout.classes))
        canvas.set_view(PosterGeometry(config.layout, config.order.grid, names))
        canvas.set_image(_pixels(compared.poster, as_seen))
        self.stage.links.link(self.stage.arrangement != "alone")

    # Words

    def _name(self, poster: RenderedPoster, compared: ComparisonPoster, mode: Mode) -> None:
        metadata = self._session.run_history.metadata
        run = (
            metadata.path.name if metadata is not None and metadata.path is not None else self.tr("This run")
        )
        mine, its = (
            self._run_step_text(run, poster.step),
            self._run_step_text(compared.path.name, compared.poster.step),
        )
        if mode == "difference":
            whole = self.tr("Difference: %s − %s") % (mine, its)
            self.stage.name(whole, "")
        else:
            self.stage.name(mine, its)

    def _run_step_text(self, run: str, step: int) -> str:
        return self.tr("%s, step %s") % (run, format_count(step))

    def _update_bar(self, poster: RenderedPoster | None, same_shape: bool) -> None:
        reference, bar = self.reference, self.bar
        compared, error = reference.compared, reference.error
        message = error
        if not message and compared is None:
            message = self._missing_text()
        elif not message and poster is not None and compared is not None and not same_shape:
            message = self._shape_mismatch_text(poster, compared.poster)
        elif not message and self._mode == "difference" and same_shape and poster is not None:
            message = self.tr("As trained: black where the posters are equal, white where they differ most.")
        follow_step = reference.choice.follow_step if reference.steps else None
        bar.show_choice(self._choice_text(), self._mode if same_shape else "side", same_shape, follow_step)
        bar.show_message(message, bool(error))

    def _missing_text(self) -> str:
        if self.reference.loading:
            return self.tr("Reading the poster …")
        if self._session.run_history.metadata is None:
            return ""
        return self.tr("This run has not kept a poster to compare with yet.")

    def _shape_mismatch_text(self, poster: RenderedPoster, other: RenderedPoster) -> str:
        (height, width, channels), (its_height, its_width, its_channels) = (
            poster.trained.shape,
            other.trained.shape,
        )
        if (height, width) == (its_height, its_width):
            kinds = {1: self.tr("gray"), 3: self.tr("in color")}
            return self.tr("One poster is %s, the other %s: they can only be shown side by side.") % (
                kinds[channels],
                kinds[its_channels],
            )
        return self.tr("%d × %d and %d × %d pixels: posters of two sizes can only be shown side by side.") % (
            width,
            height,
            its_width,
            its_height,
        )

    def _choice_text(self) -> str:
        choice, compared = self.reference.choice, self.reference.compared
        known = compared is not None and not self.reference.loading
        step = (
            self.tr("step %s") % format_count(compared.poster.step) if known and compared is not None else "…"
        )
        match choice.kind:
            case "start":
                return self.tr("Start of this run, %s") % step
            case "best":
                return self.tr("Best of this run, %s") % step
            case "pinned" if compared is not None:
                return self._run_step_text(compared.path.name, compared.poster.step)
        return self.tr("%s, %s") % (choice.path.name if choice.path else "", step)


def _pixels(poster: RenderedPoster, as_seen: bool) -> NDArray[np.uint8]:
    return poster.seen if as_seen else poster.trained
