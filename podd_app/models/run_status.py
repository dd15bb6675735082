"""What the window knows of the run it shows, as one immutable value."""

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path


class Phase(StrEnum):
    """Where in its life a run is; exactly one of the last three ends it.

    A watched run is one that another process writes: here it is only looked at.
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
        """Whether the engine is at work or holding work."""
        return self in (Phase.STARTING, Phase.RUNNING, Phase.PAUSING, Phase.PAUSED, Phase.STOPPING)

    @property
    def has_ended(self) -> bool:
        """Whether the run has had its terminal event."""
        return self in (Phase.FINISHED, Phase.STOPPED, Phase.FAILED)


@dataclass(frozen=True)
class RunStatus:
    """The run on screen.

    Args:
        phase: where in its life it is.
        title: what it is, for the top bar.
        step, steps: outer steps done, and wanted.
        seconds_remaining: expected; None while nobody knows.
        steps_per_second: 0 while unknown.
        memory_bytes: peak; 0 while unknown.
        seconds_since_save: None before the first checkpoint.
        path: the run directory; None before there is one.
        resumable: whether a run that is over can go on from its checkpoint.
        note: one short sentence for the status line, such as what it is busy with.
        notice: something that was decided on the way and a person should know, in the engine's words.
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

    def equals_except_progress(self, other: "RunStatus") -> bool:
        """Whether the two tell of the same run in the same phase, however far it is."""
        return self == replace(
            other,
            step=self.step,
            steps_per_second=self.steps_per_second,
            seconds_remaining=self.seconds_remaining,
            memory_bytes=self.memory_bytes,
            seconds_since_save=self.seconds_since_save,
            note=self.note,
            notice=self.notice,
        )


@dataclass(frozen=True)
class ErrorReport:
    """Something that went wrong: what happened, what to do, and details to copy."""

    what: str
    remedy: str = ""
    details: str = ""


@dataclass(frozen=True)
class DeviceChoice:
    """A device by the name the config knows it by and the name people know it by."""

    key: str
    title: str
