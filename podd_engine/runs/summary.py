"""Summary of a run."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from podd_engine.runs.event_log import LoggedEvent, events_of_type
from podd_engine.runtime.events import Evaluation, StepReport, Terminal


@dataclass(frozen=True)
class RunSummary:
    """Outcome of a run.

    Accuracies are means over networks, in [0, 1], and None before an evaluation. They belong to the best
    poster, which has the lowest real-training loss.

    Args:
        run: run directory.
        steps: number of completed outer steps.
        test_accuracy: accuracy on test images.
        test_accuracy_std: standard deviation of the test accuracy over the networks.
        train_accuracy: accuracy on real training images.
        networks: number of newly initialized networks in the evaluation.
        seconds: compute time of outer steps and evaluations over all resumes, s.
        peak_memory_bytes: peak memory of this process on the device of the run, bytes.
        terminal: "finished", "stopped", "failed" or "running".
        message: reason for a failure, empty otherwise.
    """

    run: str
    steps: int
    test_accuracy: float | None
    test_accuracy_std: float | None
    train_accuracy: float | None
    networks: int
    seconds: float
    peak_memory_bytes: int
    terminal: str
    message: str


def summarize(path: Path, events: Sequence[LoggedEvent], peak_memory_bytes: int) -> RunSummary:
    """Summarize the run at ``path``.

    Args:
        path: run directory.
        events: events of the log.
        peak_memory_bytes: peak memory of this process on the device of the run.
    """
    events = list(events)
    steps, evaluations = events_of_type(events, StepReport), events_of_type(events, Evaluation)
    best = next((evaluation for evaluation in reversed(evaluations) if evaluation.best), None)
    chosen = best.best_result if best else None
    last = events[-1] if events else None
    return RunSummary(
        run=str(path),
        steps=steps[-1].step if steps else 0,
        test_accuracy=chosen.test_accuracy if chosen else None,
        test_accuracy_std=chosen.test_accuracy_std if chosen else None,
        train_accuracy=chosen.train_accuracy if chosen else None,
        networks=best.networks if best else 0,
        seconds=sum(report.seconds for report in steps) + sum(report.seconds for report in evaluations),
        peak_memory_bytes=peak_memory_bytes,
        terminal=last.kind if isinstance(last, Terminal) else "running",
        message=last.message if isinstance(last, Terminal) else "",
    )
