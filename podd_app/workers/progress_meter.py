"""Following a run for the bars of the window: speed, time left, memory, last save."""

import time
from collections.abc import Callable

from podd_app.models.run_messages import RunStatistics, RunStream
from podd_engine.runs.eta import EtaEstimator
from podd_engine.runtime.events import Evaluation, RunEvent, StepReport


class ProgressMeter:
    """Takes every event of a stretch; time on hold counts for nothing.

    Args:
        stretch: what is followed.
        clock: gives the time, s.
    """

    def __init__(self, run_stream: RunStream, clock: Callable[[], float] = time.monotonic) -> None:
        self._run_stream, self._clock = run_stream, clock
        self._paused_seconds = 0.0
        self._paused_since: float | None = None
        self._eta = EtaEstimator(run_stream.metadata.config, lambda: clock() - self._paused_seconds)
        past_events: list[StepReport | Evaluation] = [
            *run_stream.metadata.reports,
            *run_stream.metadata.evaluations,
        ]
        past_events.sort(key=lambda event: (event.step, isinstance(event, Evaluation)))
        for event in past_events:
            self._eta.add_event(event)

    def hold(self) -> None:
        """The run pauses."""
        self._paused_since = self._clock()

    def go_on(self) -> None:
        """The run goes on."""
        assert self._paused_since is not None
        self._paused_seconds += self._clock() - self._paused_since
        self._paused_since = None

    def take(self, event: RunEvent) -> None:
        """Follow one event."""
        self._eta.add_event(event)

    def statistics(self) -> RunStatistics:
        """How the run is doing."""
        eta = self._eta
        return RunStatistics(
            step=eta.step,
            steps_per_second=eta.steps_per_second or 0.0,
            seconds_remaining=eta.seconds_remaining,
            memory_bytes=self._run_stream.memory_bytes(),
            seconds_since_save=self._seconds_since_save(),
            evaluated=eta.evaluation_progress,
        )

    def _seconds_since_save(self) -> float | None:
        try:
            saved = self._run_stream.checkpoint.stat().st_mtime
        except FileNotFoundError:
            return None
        return max(0.0, time.time() - saved)
