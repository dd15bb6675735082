"""Real, tiny runs on the digits, stepped by the test, as another process would write them."""

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
    """A run that is being written once its first event was taken."""
    return distill(prepare_run(config, path.parent / "cache"), path)


def resume_run(path: Path, config: DistillationConfig = TINY) -> RunEvents:
    """The run at ``path`` from its checkpoint."""
    return resume(prepare_run(config, path.parent / "cache"), path)


def run_until(events: RunEvents, kind: type[RunEvent]) -> RunEvent:
    """Let the run go on to its next event of a kind."""
    return next(event for event in events if isinstance(event, kind))


def run_to_end(events: RunEvents) -> None:
    """Let the run come to its end, and let go of its lock."""
    for _ in events:
        pass


def make_run(path: Path, config: DistillationConfig = TINY) -> Path:
    """A finished run."""
    run_to_end(begin_run(path, config))
    return path


def make_interrupted_run(path: Path, config: DistillationConfig = TINY) -> Path:
    """A run whose process was killed after two steps and an evaluation: no end in its log."""
    events = begin_run(path, config)
    run_until(events, Evaluation)
    events.close()  # frees the lock; what it logs then is taken back, as if it had not come to it
    log = RunDirectory(path).events_path
    lines = log.read_text().splitlines(keepends=True)
    log.write_text("".join(line for line in lines if '"terminal"' not in line))
    return path
