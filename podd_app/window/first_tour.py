"""The tour of the first start: a few callouts in the order of the work, to be skipped at any time."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from podd_app.models.session import Session
from podd_app.window.navigation_rail import Rail
from podd_app.window.top_bar import TopBar
from podd_app.window.tour_callout import Callout


@dataclass(frozen=True)
class Stop:
    """One step of the tour.

    Args:
        place: key of the place that is shown meanwhile.
        title, text: what is said.
        target: what it is said of.
    """

    place: str
    title: str
    text: str
    target: Callable[[], QWidget]


class FirstTour(QObject):
    """Shows a `Callout` at each stop; takes nothing away from the window.

    Args:
        session: goes to places.
        window: what the callouts lie over.
        rail, top_bar: where they point.
    """

    ended = Signal()
    """It was gone through, or skipped."""

    def __init__(self, session: Session, window: QWidget, rail: Rail, top_bar: TopBar) -> None:
        super().__init__(window)
        self._window, self._session, self._rail, self._top_bar = window, session, rail, top_bar
        self.stops = self._make_stops()
        self.callout = Callout(window)
        self._at, self._from = 0, ""
        self.callout.next_pressed.connect(lambda: self._go(self._at + 1))
        self.callout.back_pressed.connect(lambda: self._go(self._at - 1))
        self.callout.skipped.connect(self.end)
        session.run_changed.connect(self._on_run_changed)

    def _make_stops(self) -> tuple[Stop, ...]:
        button = self._rail.button
        return (
            Stop(
                "data",
                self.tr("Choose what to distil"),
                self.tr(
                    "The digits are part of the program. Add a folder of your own images, or drop one here."
                ),
                self._shelf,
            ),
            Stop(
                "poster",
                self.tr("Draw the poster"),
                self.tr("Drag its edges to resize it, and classes to swap them. As it stands, it can run."),
                lambda: button("poster"),
            ),
            Stop(
                "poster",
                self.tr("Press Start"),
                self.tr("Beside it stands what time, memory and disk the run will take."),
                self._start,
            ),
            Stop(
                "run",
                self.tr("Watch it learn"),
                self.tr(
                    "The live poster appears here, with its accuracy. Pause, look back, stop: "
                    "every run can be resumed."
                ),
                lambda: button("run"),
            ),
            Stop(
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
    def under_way(self) -> bool:
        """Whether a callout is shown."""
        return not self.callout.isHidden()

    @property
    def number(self) -> int:
        """Which stop it is at, from 1."""
        return self._at + 1

    def begin(self, place: str) -> None:
        """Show the first stop.

        Args:
            place: where to be when it is over.
        """
        self._from = place
        self._go(0)

    def end(self) -> None:
        """Show no callout any more."""
        if self.under_way:
            self.callout.hide()
            self._session.go_to(self._from)
            self.ended.emit()

    def _go(self, at: int) -> None:
        if at >= len(self.stops):
            self.end()
            return
        self._at = at
        stop = self.stops[at]
        self._session.go_to(stop.place)
        self.callout.say(stop.title, stop.text, at + 1, len(self.stops))
        self.callout.point_at(stop.target())

    def _shelf(self) -> QWidget:
        """The cards of the datasets, which are there once their place is shown."""
        from podd_app.pages.data.dataset_list import ShelfView

        return self._window.findChild(ShelfView) or self._rail.button("data")

    def _start(self) -> QWidget:
        """The Start button; the whole bar while a run has taken its place."""
        return self._top_bar.start if self._top_bar.start.isVisible() else self._top_bar

    def _on_run_changed(self) -> None:
        """Whoever starts a run has seen enough, and wants to see the run."""
        if self.under_way and self._session.run.phase.active:
            self._from = "run"
            self.end()
