"""How a run shows where it is."""

from podd_engine.cli.progress import ProgressLine
from podd_engine.config.schema import DistillationConfig
from podd_engine.progress import Progress
from podd_engine.runs.eta import Pace
from podd_engine.runtime.events import Evaluation, Event, Notice, Terminal


class RunProgress:
    """Shows the events of a run: where it is on the line; what is found stays.

    Args:
        line: where to.
        config: the run's config.
    """

    def __init__(self, line: ProgressLine, config: DistillationConfig) -> None:
        self._line, self._steps = line, config.outer.steps
        self._pace = Pace(config)

    def take(self, event: Event) -> None:
        """Show one event."""
        pace = self._pace
        pace.take(event)
        if isinstance(event, Evaluation | Notice):
            self._line.say(event_text(event))
        elif not isinstance(event, Terminal):
            self._line.show(Progress("step", pace.step, self._steps), pace_text(pace))


def pace_text(pace: Pace) -> str:
    """Loss, accuracy, speed and time left, as far as they are known."""
    parts = []
    if pace.loss is not None:
        parts.append(f"loss {pace.loss:.4f}")
    if pace.accuracy is not None:
        parts.append(f"accuracy {pace.accuracy:.1%}")
    if pace.steps_per_second is not None:
        parts.append(speed_text(pace.steps_per_second))
    if pace.seconds_left is not None:
        parts.append(f"{duration_text(pace.seconds_left)} left")
    if pace.evaluated is not None:
        parts.append(f"evaluating {pace.evaluated:.0%}")
    return "  ".join(parts)


def event_text(event: Evaluation | Notice) -> str:
    """What an evaluation found, or a notice says."""
    if isinstance(event, Notice):
        return f"note: {event.text}"
    chosen = event.chosen
    best = ", the best so far" if event.best else ""
    return (
        f"step {event.step}: test accuracy {chosen.test_accuracy:.1%} ± {chosen.test_accuracy_std:.1%} "
        f"over {event.networks} networks{best}"
    )


def speed_text(steps_per_second: float) -> str:
    """Steps a second, or seconds a step where that reads better."""
    if steps_per_second >= 1:
        return f"{steps_per_second:.1f} steps/s"
    return f"{1 / steps_per_second:.1f} s/step"


def duration_text(seconds: float) -> str:
    """A duration as h:mm:ss."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"
