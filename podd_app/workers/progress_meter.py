"""Computes speed, remaining time, memory and age of the checkpoint of a run."""

import time
from collections.abc import Callable

from podd_app.models.run_messages import RunStatistics, RunStream
from podd_engine.runs.eta import EtaEstimator
from podd_engine.runtime.events import Evaluation, RunEvent, StepReport


class ProgressMeter:
    """Computes `RunStatistics` from the events of a run. Paused time is not counted.

    Args:
        run_stream: the run. Its past events determine the first estimate of a resumed run.
        clock: function that returns the time in s.
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

    def pause(self) -> None:
        """Stop counting time."""
        self._paused_since = self._clock()

    def resume(self) -> None:
        """Continue counting time after `pause`."""
        assert self._paused_since is not None
        self._paused_seconds += self._clock() - self._paused_since
        self._paused_since = None

    def add_event(self, event: RunEvent) -> None:
        """Update the statistics with an event."""
        self._eta.add_event(event)

    def statistics(self) -> RunStatistics:
        """Return the present statistics."""
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
            saved_at = self._run_stream.checkpoint.stat().st_mtime
        except FileNotFoundError:
            return None
        return max(0.0, time.time() - saved_at)
