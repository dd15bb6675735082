"""Tiny real runs of the digits dataset that a test advances step by step."""

from pathlib import Path

from podd_engine.config.schema import DistillationConfig
from podd_engine.runs import RunDirectory, distill, prepare_run, resume
from podd_engine.runs.loop import RunEvents
from podd_engine.runtime.events import Evaluation, RunEvent

TINY = DistillationConfig().with_values(
    {
        "order.source": "index",
        "network.width": 8,
        "truncation.window": 3,
        "truncation.total": 6,
        "outer.steps": 4,
        "outer.real_batch": 32,
        "evaluation.every": 2,
        "evaluation.networks": 2,
        "evaluation.steps": (3, 6),
        "compute.threads": 1,
        "compute.compile": "off",
    }
)


def begin_run(path: Path, config: DistillationConfig = TINY) -> RunEvents:
    """Return the events of a new run. The run is locked after its first event."""
    return distill(prepare_run(config, path.parent / "cache"), path)


def resume_run(path: Path, config: DistillationConfig = TINY) -> RunEvents:
    """Return the events of the run at ``path``, resumed from its checkpoint."""
    return resume(prepare_run(config, path.parent / "cache"), path)


def run_until(events: RunEvents, kind: type[RunEvent]) -> RunEvent:
    """Advance the run to its next event of type ``kind``, and return this event."""
    return next(event for event in events if isinstance(event, kind))


def run_to_end(events: RunEvents) -> None:
    """Advance the run to its end, which releases its lock."""
    for _ in events:
        pass


def make_run(path: Path, config: DistillationConfig = TINY) -> Path:
    """Write a finished run and return its path."""
    run_to_end(begin_run(path, config))
    return path


def make_interrupted_run(path: Path, config: DistillationConfig = TINY) -> Path:
    """Write a run that was killed after two steps and an evaluation, without a terminal event."""
    events = begin_run(path, config)
    run_until(events, Evaluation)
    events.close()  # releases the lock and logs a terminal event, which is removed below
    log = RunDirectory(path).events_path
    lines = log.read_text().splitlines(keepends=True)
    log.write_text("".join(line for line in lines if '"terminal"' not in line))
    return path
