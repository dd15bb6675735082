"""Comparing the poster on screen with a reference: which, how, and what is said about it."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from podd_app.canvas.poster_canvas import PosterCanvas
from podd_app.canvas.poster_view import PosterView
from podd_app.models.run_messages import ComparedPoster, LivePoster
from podd_app.models.session import Session
from podd_app.services.comparison_source import Reference
from podd_app.services.snapshot_player import Reel
from podd_app.style.formatting import count
from podd_app.timeline.compare_bar import CompareBar, Mode
from podd_app.timeline.comparison_menu import ReferenceMenu
from podd_app.timeline.comparison_stage import Stage
from podd_app.timeline.difference import comparable, difference

LOOK_AGAIN_MS = 5000
"""Time between two looks whether the run compared with is still there."""


class Comparison(QObject):
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

    def __init__(self, session: Session, reel: Reel, canvas: PosterCanvas) -> None:
        self.stage = Stage(canvas)
        super().__init__(self.stage)
        self._session, self._reel = session, reel
        self._on = False
        self._mode: Mode = "swipe"
        self._shown: tuple[ComparedPoster, bool] | None = None
        self.reference = Reference(session, reel)
        self.bar = CompareBar(ReferenceMenu(session, reel))
        self.bar.hide()
        self._again = QTimer(self, interval=LOOK_AGAIN_MS)
        self._again.timeout.connect(self.reference.look_again)
        self.bar.menu.chosen.connect(self.reference.choose)
        self.bar.menu.pin_chosen.connect(self.reference.pin)
        self.bar.mode_chosen.connect(self._on_mode_chosen)
        self.bar.in_step_chosen.connect(self._on_in_step_chosen)
        self.reference.changed.connect(self.changed)

    @property
    def mode(self) -> Mode:
        """How posters that face each other are shown."""
        return self._mode

    def set_on(self, on: bool) -> None:
        """Compare, or show the poster looked at alone."""
        self._on = on
        self.bar.setVisible(on)
        self.reference.want(on)
        if on:
            self.reference.look_again()
            self._again.start()
        else:
            self._again.stop()
        self.changed.emit()

    def _on_mode_chosen(self, mode: Mode) -> None:
        self._mode = mode
        self.changed.emit()

    def _on_in_step_chosen(self, in_step: bool) -> None:
        self.reference.choose(replace(self.reference.choice, in_step=in_step))

    def show(self, poster: LivePoster | None, as_seen: bool) -> None:
        """Show a poster, and whatever it is compared with.

        Args:
            poster: the one looked at; None: a blank poster, compared with nothing.
            as_seen: whether its preprocessing is undone.
        """
        stage, compared = self.stage, self.reference.compared if self._on else None
        if poster is None or compared is None:
            stage.arrange("alone")
            stage.name("", "")
            stage.canvas.set_image(None if poster is None else _pixels(poster, as_seen))
            self._describe(None, True)
            return
        faced = comparable(poster, compared.poster)
        mode = self._mode if faced else "side"
        if mode == "difference":
            stage.canvas.set_image(difference(poster, compared.poster))
        else:
            stage.canvas.set_image(_pixels(poster, as_seen))
            self._show_reference(compared, as_seen)
            stage.reference.show_classes(stage.canvas.classes_shown)
            stage.reference.show_patches(stage.canvas.patches_shown)
        stage.arrange("alone" if mode == "difference" else mode)
        self._name(poster, compared, mode)
        self._describe(poster, faced)

    def _show_reference(self, compared: ComparedPoster, as_seen: bool) -> None:
        if self._shown == (compared, as_seen):
            return
        self._shown = compared, as_seen
        canvas, config = self.stage.reference, compared.config
        names = compared.class_names
        names += tuple(f"class {index}" for index in range(len(names), config.layout.classes))
        canvas.set_view(PosterView(config.layout, config.order.grid, names))
        canvas.set_image(_pixels(compared.poster, as_seen))
        self.stage.links.link(self.stage.arrangement != "alone")

    # Words

    def _name(self, poster: LivePoster, compared: ComparedPoster, mode: Mode) -> None:
        story = self._session.record.story
        run = story.path.name if story is not None and story.path is not None else self.tr("This run")
        mine, its = self._titled(run, poster.step), self._titled(compared.path.name, compared.poster.step)
        if mode == "difference":
            whole = self.tr("Difference: %s − %s") % (mine, its)
            self.stage.name(whole, "")
        else:
            self.stage.name(mine, its)

    def _titled(self, run: str, step: int) -> str:
        return self.tr("%s, step %s") % (run, count(step))

    def _describe(self, poster: LivePoster | None, faced: bool) -> None:
        reference, bar = self.reference, self.bar
        compared, trouble = reference.compared, reference.trouble
        said = trouble
        if not said and compared is None:
            said = self._why_none()
        elif not said and poster is not None and compared is not None and not faced:
            said = self._unequal(poster, compared.poster)
        elif not said and self._mode == "difference" and faced and poster is not None:
            said = self.tr("As trained: black where the posters are equal, white where they differ most.")
        in_step = reference.choice.in_step if reference.steps else None
        bar.show_choice(self._choice_words(), self._mode if faced else "side", faced, in_step)
        bar.say(said, bool(trouble))

    def _why_none(self) -> str:
        if self.reference.reading:
            return self.tr("Reading the poster …")
        if self._session.record.story is None:
            return ""
        return self.tr("This run has not kept a poster to compare with yet.")

    def _unequal(self, poster: LivePoster, other: LivePoster) -> str:
        (height, width, channels), (its_height, its_width, its_channels) = (
            poster.trained.shape,
            other.trained.shape,
        )
        if (height, width) == (its_height, its_width):
            kinds = {1: self.tr("grey"), 3: self.tr("in colour")}
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

    def _choice_words(self) -> str:
        choice, compared = self.reference.choice, self.reference.compared
        known = compared is not None and not self.reference.reading
        step = self.tr("step %s") % count(compared.poster.step) if known and compared is not None else "…"
        match choice.kind:
            case "start":
                return self.tr("Start of this run, %s") % step
            case "best":
                return self.tr("Best of this run, %s") % step
            case "pinned" if compared is not None:
                return self._titled(compared.path.name, compared.poster.step)
        return self.tr("%s, %s") % (choice.path.name if choice.path else "", step)


def _pixels(poster: LivePoster, as_seen: bool) -> NDArray[np.uint8]:
    return poster.seen if as_seen else poster.trained
