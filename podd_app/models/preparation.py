"""Progress of the preparation of a run, stage by stage."""

from dataclasses import dataclass

from podd_engine.progress import Progress


@dataclass(frozen=True)
class PreparationStage:
    """One stage, such as reading images.

    Args:
        title: the activity, as a title.
        share: completed share in [0, 1]; None while unknown.
        seconds_remaining: expected remaining time of the stage in s; None while unknown.
    """

    title: str
    share: float | None = None
    seconds_remaining: float | None = None


@dataclass(frozen=True)
class Preparation:
    """All stages so far, in order. The last stage is in progress.

    Args:
        stages: the stages; empty before the first progress report.
    """

    stages: tuple[PreparationStage, ...] = ()

    @property
    def current(self) -> PreparationStage | None:
        """The stage in progress; None before the first progress report."""
        return self.stages[-1] if self.stages else None

    def after(self, progress: Progress, seconds_remaining: float | None) -> "Preparation":
        """Return the preparation after a progress report.

        Args:
            progress: the progress report.
            seconds_remaining: expected remaining time of its stage in s; None while unknown.
        """
        title = progress.what[:1].upper() + progress.what[1:]
        # A total of 0 or 1 means that the stage cannot report intermediate progress.
        share = min(1.0, progress.done / progress.total) if progress.total > 1 else None
        earlier = tuple(stage for stage in self.stages if stage.title != title)
        return Preparation((*earlier, PreparationStage(title, share, seconds_remaining)))
