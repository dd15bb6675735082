"""Following a run on disk that another process writes; only reads it."""

from collections.abc import Callable
from dataclasses import dataclass

from podd_app.models.run_messages import Figures, LivePoster
from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import RunError
from podd_engine.progress import Report, silent
from podd_engine.runs.directory import RunDirectory
from podd_engine.runs.eta import Pace
from podd_engine.runs.event_log import Logged, LogTail, Resumed, only, that_hold
from podd_engine.runs.load_source import checkpoint_snapshot
from podd_engine.runtime.events import Evaluation, Notice, PosterSnapshot, StepReport, Terminal


@dataclass(frozen=True)
class News:
    """What a watched run has told since the last look.

    Args:
        reports, evaluations: new ones, in order.
        poster: of a newer checkpoint; None where there is none.
        notice: the latest line worth knowing; empty if there is no new one.
        figures: how the run is doing.
        terminal: how it ended; None while it has not, and where it was cut off.
        being_written: whether a process still writes it; if not, there is nothing more to come.
        went_back: whether it was resumed from an earlier step, so that what was told before holds no more.
    """

    reports: list[StepReport]
    evaluations: list[Evaluation]
    poster: LivePoster | None
    notice: str
    figures: Figures
    terminal: Terminal | None
    being_written: bool
    went_back: bool


class Watch:
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
        picture: Callable[[PosterSnapshot], LivePoster],
    ) -> None:
        self._run, self._picture = run, picture
        self._tail = LogTail(run.events_path)
        self._pictured = 0
        self._last: Logged | None = None
        self._pace = Pace(config)
        self.being_written = run.is_being_written()
        self.past = that_hold(self._new_events())
        self._follow(self.past)

    def look(self, report: Report = silent) -> News:
        """What is new.

        Raises:
            RunError: the run is gone, or damaged.
        """
        # Asked first: whoever lets go of a run has written all it had to say.
        being_written = RunDirectory.open(self._run.path).is_being_written()
        events = self._new_events()
        self._follow(events)
        notices = only(events, Notice)
        return News(
            reports=only(events, StepReport),
            evaluations=only(events, Evaluation),
            poster=self._new_poster(),
            notice=notices[-1].text if notices else "",
            figures=self._figures(),
            terminal=self.terminal,
            being_written=being_written,
            went_back=bool(only(events, Resumed)),
        )

    @property
    def terminal(self) -> Terminal | None:
        """How the run ended; None where it has not, or was cut off."""
        return self._last if isinstance(self._last, Terminal) else None

    def _new_events(self) -> list[Logged]:
        try:
            return self._tail.new_events()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RunError(
                f"{self._run.events_path}: cannot be read ({error}); the run cannot be watched"
            ) from error

    def _follow(self, events: list[Logged]) -> None:
        for event in events:
            self._last = event
            if isinstance(event, StepReport | Evaluation):
                self._pace.take(event)

    def _new_poster(self) -> LivePoster | None:
        saved = self._saved()
        if saved == self._pictured:
            return None
        self._pictured = saved
        return self._picture(checkpoint_snapshot(self._run))

    def _saved(self) -> int:
        try:
            return self._run.checkpoint_path.stat().st_mtime_ns
        except OSError:
            return 0

    def _figures(self) -> Figures:
        pace = self._pace
        return Figures(pace.step, pace.steps_per_second or 0.0, pace.seconds_left, 0, None, None)
