"""Immutable values that describe the run on screen, errors and devices."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from podd_app.models.preparation import Preparation


class Phase(StrEnum):
    """Phase of a run. Each run ends in exactly one of the last three phases.

    A run in phase ``WATCHED`` is written by another process and only displayed here.
    """

    READY = "ready"
    WATCHED = "watched"
    STARTING = "starting"
    RUNNING = "running"
    PAUSING = "pausing"
    PAUSED = "paused"
    STOPPING = "stopping"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def active(self) -> bool:
        """Whether the engine thread of this process runs or pauses the run."""
        return self in (Phase.STARTING, Phase.RUNNING, Phase.PAUSING, Phase.PAUSED, Phase.STOPPING)

    @property
    def has_ended(self) -> bool:
        """Whether the run has ended with a terminal event."""
        return self in (Phase.FINISHED, Phase.STOPPED, Phase.FAILED)


@dataclass(frozen=True)
class RunStatus:
    """Status of the run on screen.

    Args:
        phase: phase of the run.
        title: title for the top bar.
        step: number of completed outer steps.
        steps: total number of outer steps.
        seconds_remaining: expected remaining time in s; None while unknown.
        steps_per_second: speed in outer steps per second; 0 while unknown.
        memory_bytes: peak memory; 0 while unknown.
        seconds_since_save: time since the last checkpoint in s; None before the first checkpoint.
        path: run directory; None before the directory exists.
        resumable: whether an ended run can be resumed from its checkpoint.
        note: short text for the status line, such as the present activity.
        notice: latest notice of the engine that the user should know, in English.
        preparation: progress of the preparation while ``is_preparing``.
        is_preparing: whether the run is being prepared, so that it has no new step yet.
    """

    phase: Phase = Phase.READY
    title: str = ""
    step: int = 0
    steps: int = 0
    seconds_remaining: float | None = None
    steps_per_second: float = 0.0
    memory_bytes: int = 0
    seconds_since_save: float | None = None
    path: Path | None = None
    resumable: bool = False
    note: str = ""
    notice: str = ""
    preparation: Preparation = field(default_factory=Preparation)
    is_preparing: bool = False

    @property
    def name(self) -> str:
        """Name of the run directory; the title before the directory exists."""
        return self.title if self.path is None else self.path.name

    def equals_except_progress(self, other: "RunStatus") -> bool:
        """Return whether both describe the same run in the same phase, ignoring progress values."""
        return self == replace(
            other,
            step=self.step,
            steps_per_second=self.steps_per_second,
            seconds_remaining=self.seconds_remaining,
            memory_bytes=self.memory_bytes,
            seconds_since_save=self.seconds_since_save,
            note=self.note,
            notice=self.notice,
            preparation=self.preparation,
        )


@dataclass(frozen=True)
class ErrorReport:
    """Error for display.

    Args:
        what: the error and its cause.
        remedy: what the user can do; empty if unknown.
        details: text that the user can copy into a bug report, such as a traceback.
    """

    what: str
    remedy: str = ""
    details: str = ""


@dataclass(frozen=True)
class DeviceChoice:
    """Device that a run can use.

    Args:
        key: value of ``compute.device``.
        title: title for display.
    """

    key: str
    title: str
