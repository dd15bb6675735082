"""Following a run for the bars of the window: speed, time left, memory, last save."""

import time
from collections.abc import Callable

from podd_app.models.run_messages import Figures, Stretch
from podd_engine.runs.eta import Pace
from podd_engine.runtime.events import Evaluation, Event, StepReport


class Gauge:
    """Takes every event of a stretch; time on hold counts for nothing.

    Args:
        stretch: what is followed.
        clock: gives the time, s.
    """

    def __init__(self, stretch: Stretch, clock: Callable[[], float] = time.monotonic) -> None:
        self._stretch, self._clock = stretch, clock
        self._held_seconds = 0.0
        self._held_since: float | None = None
        self._pace = Pace(stretch.story.config, lambda: clock() - self._held_seconds)
        past: list[StepReport | Evaluation] = [*stretch.story.reports, *stretch.story.evaluations]
        past.sort(key=lambda event: (event.step, isinstance(event, Evaluation)))
        for event in past:
            self._pace.take(event)

    def hold(self) -> None:
        """The run pauses."""
        self._held_since = self._clock()

    def go_on(self) -> None:
        """The run goes on."""
        assert self._held_since is not None
        self._held_seconds += self._clock() - self._held_since
        self._held_since = None

    def take(self, event: Event) -> None:
        """Follow one event."""
        self._pace.take(event)

    def figures(self) -> Figures:
        """How the run is doing."""
        pace = self._pace
        return Figures(
            step=pace.step,
            steps_per_second=pace.steps_per_second or 0.0,
            seconds_left=pace.seconds_left,
            memory_bytes=self._stretch.memory_bytes(),
            seconds_since_save=self._seconds_since_save(),
            evaluated=pace.evaluated,
        )

    def _seconds_since_save(self) -> float | None:
        try:
            saved = self._stretch.checkpoint.stat().st_mtime
        except FileNotFoundError:
            return None
        return max(0.0, time.time() - saved)
