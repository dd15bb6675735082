"""Following a run on disk that another process writes; only reads it."""

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
    """What a watched run has told since the last look.

    Args:
        reports, evaluations: new ones, in order.
        poster: of a newer checkpoint; None where there is none.
        notice: the latest line worth knowing; empty if there is no new one.
        figures: how the run is doing.
        terminal: how it ended; None while it has not, and where it was cut off.
        being_written: whether a process still writes it; if not, there is nothing more to come.
        was_rewound: whether it was resumed from an earlier step, so that what was told before holds no more.
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
    """Looks at one run again and again; on any thread, one look at a time.

    Args:
        run: what is watched.
        config: its config.
        picture: makes pixels of a snapshot.

    Attributes:
        past: the events that its log held when the watch began, without those a resume took back.
        being_written: whether a process wrote it then.

    Raises:
        RunError: its log is damaged.
    """

    def __init__(
        self,
        run: RunDirectory,
        config: DistillationConfig,
        render: Callable[[PosterSnapshot], RenderedPoster],
    ) -> None:
        self._run, self._render = run, render
        self._tail = EventLogReader(run.events_path)
        self._rendered_at = 0
        self._last: LoggedEvent | None = None
        self._eta = EtaEstimator(config)
        self.being_written = run.is_locked()
        self.past_events = drop_reverted_events(self._new_events())
        self._follow(self.past_events)

    def poll(self, report: ProgressCallback = ignore_progress) -> RunUpdate:
        """What is new.

        Raises:
            RunError: the run is gone, or damaged.
        """
        # Asked first: whoever lets go of a run has written all it had to say.
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
        """How the run ended; None where it has not, or was cut off."""
        return self._last if isinstance(self._last, Terminal) else None

    def _new_events(self) -> list[LoggedEvent]:
        try:
            return self._tail.read_new_events()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RunError(
                f"{self._run.events_path}: cannot be read ({error}); the run cannot be watched"
            ) from error

    def _follow(self, events: list[LoggedEvent]) -> None:
        for event in events:
            self._last = event
            if isinstance(event, StepReport | Evaluation):
                self._eta.add_event(event)

    def _new_poster(self) -> RenderedPoster | None:
        saved = self._saved()
        if saved == self._rendered_at:
            return None
        self._rendered_at = saved
        return self._render(checkpoint_snapshot(self._run))

    def _saved(self) -> int:
        try:
            return self._run.checkpoint_path.stat().st_mtime_ns
        except OSError:
            return 0

    def _statistics(self) -> RunStatistics:
        eta = self._eta
        return RunStatistics(eta.step, eta.steps_per_second or 0.0, eta.seconds_remaining, 0, None, None)
