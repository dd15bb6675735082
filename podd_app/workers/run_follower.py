"""Reads new events of a run that another process writes. Never writes to the run."""

from collections.abc import Callable
from dataclasses import dataclass

from podd_app.models.run_messages import RenderedPoster, RunStatistics
from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import RunError
from podd_engine.progress import ProgressCallback, ignore_progress
from podd_engine.runs.directory import RunDirectory
from podd_engine.runs.eta import EtaEstimator
from podd_engine.runs.event_log import (
    EventLogReader,
    LoggedEvent,
    Resumed,
    drop_reverted_events,
    events_of_type,
)
from podd_engine.runs.load_source import checkpoint_snapshot
from podd_engine.runtime.events import Evaluation, Notice, PosterSnapshot, StepReport, Terminal


@dataclass(frozen=True)
class RunUpdate:
    """Changes of a watched run since the last poll.

    Args:
        reports, evaluations: new reports and evaluations, in order.
        poster: poster of a new checkpoint; None if there is no new checkpoint.
        notice: latest new notice; empty if there is no new notice.
        statistics: progress of the run.
        terminal: terminal event; None if the run is in progress or was interrupted.
        being_written: whether a process still writes the run. If False, this update is the last.
        was_rewound: whether the run was resumed from an earlier step, so that earlier reports are
            not valid anymore.
    """

    reports: list[StepReport]
    evaluations: list[Evaluation]
    poster: RenderedPoster | None
    notice: str
    statistics: RunStatistics
    terminal: Terminal | None
    being_written: bool
    was_rewound: bool


class RunFollower:
    """Polls one run. `poll` may be called on any thread, but only one call at a time.

    Args:
        run: run to follow.
        config: config of the run.
        render: function that renders a snapshot as pixels.

    Attributes:
        past_events: events in the log when the follower was created, without reverted events.
        being_written: whether a process wrote the run at that time.

    Raises:
        RunError: the event log is damaged.
    """

    def __init__(
        self,
        run: RunDirectory,
        config: DistillationConfig,
        render: Callable[[PosterSnapshot], RenderedPoster],
    ) -> None:
        self._run, self._render = run, render
        self._log_reader = EventLogReader(run.events_path)
        self._rendered_at = 0
        self._last: LoggedEvent | None = None
        self._eta = EtaEstimator(config)
        self.being_written = run.is_locked()
        self.past_events = drop_reverted_events(self._new_events())
        self._follow(self.past_events)

    def poll(self, report: ProgressCallback = ignore_progress) -> RunUpdate:
        """Return the changes since the last poll.

        Raises:
            RunError: the run is missing or damaged.
        """
        # Check the lock before reading. A process that has released it has written all its events.
        being_written = RunDirectory.open(self._run.path).is_locked()
        events = self._new_events()
        self._follow(events)
        notices = events_of_type(events, Notice)
        return RunUpdate(
            reports=events_of_type(events, StepReport),
            evaluations=events_of_type(events, Evaluation),
            poster=self._new_poster(),
            notice=notices[-1].text if notices else "",
            statistics=self._statistics(),
            terminal=self.terminal,
            being_written=being_written,
            was_rewound=bool(events_of_type(events, Resumed)),
        )

    @property
    def terminal(self) -> Terminal | None:
        """Terminal event; None if the run is in progress or was interrupted."""
        return self._last if isinstance(self._last, Terminal) else None

    def _new_events(self) -> list[LoggedEvent]:
        try:
            return self._log_reader.read_new_events()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RunError(
                f"{self._run.events_path}: cannot be read ({error}); open the run again"
            ) from error

    def _follow(self, events: list[LoggedEvent]) -> None:
        for event in events:
            self._last = event
            if isinstance(event, StepReport | Evaluation):
                self._eta.add_event(event)

    def _new_poster(self) -> RenderedPoster | None:
        saved_at = self._saved_at()
        if saved_at == self._rendered_at:
            return None
        self._rendered_at = saved_at
        return self._render(checkpoint_snapshot(self._run))

    def _saved_at(self) -> int:
        """Return the modification time of the checkpoint in ns; 0 if there is no checkpoint."""
        try:
            return self._run.checkpoint_path.stat().st_mtime_ns
        except OSError:
            return 0

    def _statistics(self) -> RunStatistics:
        eta = self._eta
        return RunStatistics(eta.step, eta.steps_per_second or 0.0, eta.seconds_remaining, 0, None, None)
