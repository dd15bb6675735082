"""Tour of the first start: a few callouts in the order of the workflow."""

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
        page: Key of the page that the step shows.
        title: Title of the callout.
        text: Text of the callout.
        target: Returns the widget that the callout points at.
    """

    page: str
    title: str
    text: str
    target: Callable[[], QWidget]


class FirstTour(QObject):
    """Guides through the pages with a `TourCallout`. The window stays fully usable during the tour.

    Args:
        session: The session, which shows the pages.
        window: The main window.
        rail: The navigation rail of the window.
        top_bar: The top bar of the window.
    """

    ended = Signal()
    """Emitted when the tour was completed or skipped."""

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
                self.tr("Choose a dataset"),
                self.tr(
                    "The digits dataset is built in. You can also add a folder of images or drop one here."
                ),
                lambda: self._widget_of_page("data", "datasetList"),
            ),
            TourStep(
                "poster",
                self.tr("Design the poster"),
                self.tr(
                    "Drag the edges to resize the poster. Drag a class onto another to swap them. "
                    "The default settings are ready to run."
                ),
                lambda: self._widget_of_page("poster", "posterFrame"),
            ),
            TourStep(
                "poster",
                self.tr("Start the run"),
                self.tr("The estimate next to Start shows the time, memory and disk space of the run."),
                self._start_button,
            ),
            TourStep(
                "run",
                self.tr("Watch the run"),
                self.tr(
                    "See the poster and its accuracy during the run. You can pause, stop and resume a run, "
                    "and go back to earlier steps."
                ),
                lambda: button("run"),
            ),
            TourStep(
                "library",
                self.tr("Review runs and export"),
                self.tr(
                    "The Library lists all runs. Export writes files that train networks. "
                    "Press F1 for help on any page."
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
        """Number of the current step, starting at 1."""
        return self._index + 1

    def begin(self, page: str) -> None:
        """Show the first step.

        Args:
            page: Key of the page to show after the tour.
        """
        self._return_page = page
        self._show_step(0)

    def end(self) -> None:
        """End the tour and return to the page given to `begin`."""
        if self.is_running:
            self.callout.hide()
            self._session.show_page(self._return_page)
            self.ended.emit()

    def _show_step(self, index: int) -> None:
        if index >= len(self.steps):
            self.end()
            return
        self._index = index
        step = self.steps[index]
        self._session.show_page(step.page)
        self.callout.set_step(step.title, step.text, index + 1, len(self.steps))
        self.callout.point_at(step.target())

    def _widget_of_page(self, page: str, name: str) -> QWidget:
        """Return a widget by its object name. If it does not exist, return the button of its page."""
        return self._window.findChild(QWidget, name) or self._rail.button(page)

    def _start_button(self) -> QWidget:
        """Return the Start button, or the top bar if the run hides the button."""
        return self._top_bar.start if self._top_bar.start.isVisible() else self._top_bar

    def _on_run_changed(self) -> None:
        """End the tour on the Run page when the user starts a run."""
        if self.is_running and self._session.run.phase.active:
            self._return_page = "run"
            self.end()
