"""The tour of the first start: a few callouts in the order of the work, to be skipped at any time."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from podd_app.models.session import Session
from podd_app.window.navigation_rail import NavigationRail
from podd_app.window.top_bar import TopBar
from podd_app.window.tour_callout import TourCallout


@dataclass(frozen=True)
class TourStep:
    """One step of the tour.

    Args:
        place: key of the place that is shown meanwhile.
        title, text: what is said.
        target: what it is said of.
    """

    page: str
    title: str
    text: str
    target: Callable[[], QWidget]


class FirstTour(QObject):
    """Shows a `TourCallout` at each stop; takes nothing away from the window.

    Args:
        session: goes to places.
        window: what the callouts lie over.
        rail, top_bar: where they point.
    """

    ended = Signal()
    """It was gone through, or skipped."""

    def __init__(self, session: Session, window: QWidget, rail: NavigationRail, top_bar: TopBar) -> None:
        super().__init__(window)
        self._window, self._session, self._rail, self._top_bar = window, session, rail, top_bar
        self.steps = self._make_steps()
        self.callout = TourCallout(window)
        self._index, self._return_page = 0, ""
        self.callout.next_pressed.connect(lambda: self._show_step(self._index + 1))
        self.callout.back_pressed.connect(lambda: self._show_step(self._index - 1))
        self.callout.skipped.connect(self.end)
        session.run_changed.connect(self._on_run_changed)

    def _make_steps(self) -> tuple[TourStep, ...]:
        button = self._rail.button
        return (
            TourStep(
                "data",
                self.tr("Choose what to distill"),
                self.tr(
                    "The digits are part of the program. Add a folder of your own images, or drop one here."
                ),
                self._dataset_list,
            ),
            TourStep(
                "poster",
                self.tr("Draw the poster"),
                self.tr("Drag its edges to resize it, and classes to swap them. As it stands, it can run."),
                lambda: button("poster"),
            ),
            TourStep(
                "poster",
                self.tr("Press Start"),
                self.tr("Beside it stands what time, memory and disk the run will take."),
                self._start_button,
            ),
            TourStep(
                "run",
                self.tr("Watch it learn"),
                self.tr(
                    "The live poster appears here, with its accuracy. Pause, look back, stop: "
                    "every run can be resumed."
                ),
                lambda: button("run"),
            ),
            TourStep(
                "library",
                self.tr("Come back, and leave with files"),
                self.tr(
                    "All runs are kept in the Library; Export writes files that train networks. F1 explains "
                    "every place."
                ),
                lambda: button("library"),
            ),
        )

    @property
    def is_running(self) -> bool:
        """Whether a callout is shown."""
        return not self.callout.isHidden()

    @property
    def number(self) -> int:
        """Which stop it is at, from 1."""
        return self._index + 1

    def begin(self, page: str) -> None:
        """Show the first stop.

        Args:
            place: where to be when it is over.
        """
        self._return_page = page
        self._show_step(0)

    def end(self) -> None:
        """Show no callout any more."""
        if self.is_running:
            self.callout.hide()
            self._session.show_page(self._return_page)
            self.ended.emit()

    def _show_step(self, at: int) -> None:
        if at >= len(self.steps):
            self.end()
            return
        self._index = at
        step = self.steps[at]
        self._session.show_page(step.page)
        self.callout.set_step(step.title, step.text, at + 1, len(self.steps))
        self.callout.point_at(step.target())

    def _dataset_list(self) -> QWidget:
        """The cards of the datasets, which are there once their place is shown."""
        from podd_app.pages.data.dataset_list import DatasetList

        return self._window.findChild(DatasetList) or self._rail.button("data")

    def _start_button(self) -> QWidget:
        """The Start button; the whole bar while a run has taken its place."""
        return self._top_bar.start if self._top_bar.start.isVisible() else self._top_bar

    def _on_run_changed(self) -> None:
        """Whoever starts a run has seen enough, and wants to see the run."""
        if self.is_running and self._session.run.phase.active:
            self._return_page = "run"
            self.end()
