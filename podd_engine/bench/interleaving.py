"""Interleaved measurement: contenders take turns, so changes of the machine's speed affect all equally."""

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
    """Measurements of the contenders, by name.

    Args:
        first_repetitions: the untimed first repetition, which includes preparation and compilation.
        seconds: durations of the timed repetitions, in order.
        left_out: error messages of contenders that failed.
    """

    first_repetitions: dict[str, Repetition] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def medians(self) -> dict[str, float]:
        """Median duration of the timed repetitions, for contenders with at least one."""
        return {name: median(seconds) for name, seconds in self.seconds.items()}


def run_interleaved(
    tasks: Mapping[str, BenchmarkTask], repeats: int, report: ProgressCallback, notify: NotifyCallback
) -> ContenderTimings:
    """Run one untimed repetition of each contender, then ``repeats`` timed rounds.

    Args:
        tasks: contenders by name.
        repeats: number of timed repetitions per contender.
        report: receives the progress.
        notify: receives one line for each contender that fails. The contender is then skipped.
    """
    timings, rounds = ContenderTimings(), repeats + 1
    with ExitStack() as stack:
        contenders = {
            name: stack.enter_context(ContenderProcess(task.command, task.config))
            for name, task in tasks.items()
        }
        for number in range(rounds):
            for position, (name, contender) in enumerate(list(contenders.items())):
                report(Progress(f"{name}: repetition", number * len(tasks) + position, rounds * len(tasks)))
                try:
                    repetition = contender.repeat()
                except ContenderProcessError as error:
                    del contenders[name]
                    timings.left_out[name] = str(error)
                    notify(f"{name} failed and is skipped: {error}")
                    continue
                if number == 0:
                    timings.first_repetitions[name] = repetition
                else:
                    timings.seconds.setdefault(name, []).append(repetition.seconds)
    return timings
