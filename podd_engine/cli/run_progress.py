"""Progress of a run as text."""

from podd_engine.cli.progress import ProgressLine
from podd_engine.cli.result_text import counted
from podd_engine.config.schema import DistillationConfig
from podd_engine.progress import Progress
from podd_engine.runs.eta import EtaEstimator
from podd_engine.runtime.events import Evaluation, Notice, RunEvent, Terminal


class RunProgressPrinter:
    """Prints the events of a run: progress on the progress line, results and notices as permanent lines.

    Args:
        line: the progress line.
        config: configuration of the run.
    """

    def __init__(self, line: ProgressLine, config: DistillationConfig) -> None:
        self._line, self._steps = line, config.outer.steps
        self._eta = EtaEstimator(config)

    def take(self, event: RunEvent) -> None:
        """Print one event."""
        eta = self._eta
        eta.add_event(event)
        if isinstance(event, Evaluation | Notice):
            self._line.print_line(event_text(event))
        elif not isinstance(event, Terminal):
            self._line.show(Progress("step", eta.step, self._steps), progress_fields_text(eta))


def progress_fields_text(eta: EtaEstimator) -> str:
    """Return the known values of loss, accuracy, speed and remaining time as text."""
    parts = []
    if eta.loss is not None:
        parts.append(f"loss {eta.loss:.4f}")
    if eta.accuracy is not None:
        parts.append(f"accuracy {eta.accuracy:.1%}")
    if eta.steps_per_second is not None:
        parts.append(speed_text(eta.steps_per_second))
    if eta.seconds_remaining is not None:
        parts.append(f"{duration_text(eta.seconds_remaining)} left")
    if eta.evaluation_progress is not None:
        parts.append(f"evaluating {eta.evaluation_progress:.0%}")
    return "  ".join(parts)


def event_text(event: Evaluation | Notice) -> str:
    """Return an evaluation or a notice as one line."""
    if isinstance(event, Notice):
        return f"note: {event.text}"
    chosen = event.best_result
    best = ", best so far" if event.best else ""
    return (
        f"step {event.step:,}: test accuracy {chosen.test_accuracy:.1%} ± {chosen.test_accuracy_std:.1%} "
        f"({counted(event.networks, 'network')}){best}"
    )


def speed_text(steps_per_second: float) -> str:
    """Return a speed in steps per second, or in seconds per step below one step per second."""
    if steps_per_second >= 1:
        return f"{steps_per_second:.1f} steps/s"
    return f"{1 / steps_per_second:.1f} s/step"


def duration_text(seconds: float) -> str:
    """Return a duration as h:mm:ss."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"
