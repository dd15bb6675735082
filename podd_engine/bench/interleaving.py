"""Contenders take turns, so that a machine that drifts drifts for all of them alike."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median

from podd_engine.bench.contenders import BenchmarkTask
from podd_engine.bench.protocol import ContenderProcess, ContenderProcessError, Repetition
from podd_engine.progress import Progress, ProgressCallback

NotifyCallback = Callable[[str], None]


@dataclass
class ContenderTimings:
    """What contenders did, by their names.

    Args:
        first: the first repetition, in which a contender prepares and compiles.
        seconds: of the timed repetitions, in their order.
        left_out: why a contender did not finish.
    """

    first: dict[str, Repetition] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def medians(self) -> dict[str, float]:
        """Median of the timed repetitions, of contenders that finished any."""
        return {name: median(seconds) for name, seconds in self.seconds.items()}


def run_interleaved(
    tasks: Mapping[str, BenchmarkTask], repeats: int, report: ProgressCallback, notify: NotifyCallback
) -> ContenderTimings:
    """One repetition of each contender that is not timed, then ``repeats`` rounds that are.

    Args:
        tasks: contenders by name.
        repeats: timed repetitions of each.
        report: receives progress.
        note: receives a line for each contender that fails, which is left out from there on.
    """
    timing, rounds = ContenderTimings(), repeats + 1
    with ExitStack() as stack:
        contenders = {
            name: stack.enter_context(ContenderProcess(task.command, task.config))
            for name, task in tasks.items()
        }
        for number in range(rounds):
            for place, (name, contender) in enumerate(list(contenders.items())):
                report(Progress(f"{name}: repetition", number * len(tasks) + place, rounds * len(tasks)))
                try:
                    repetition = contender.repeat()
                except ContenderProcessError as error:
                    del contenders[name]
                    timing.left_out[name] = str(error)
                    notify(f"{name} is left out: {error}")
                    continue
                if number == 0:
                    timing.first[name] = repetition
                else:
                    timing.seconds.setdefault(name, []).append(repetition.seconds)
    return timing
