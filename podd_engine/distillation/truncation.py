"""Which inner steps are differentiated: the schedules.

Source: RaT-BPTT (arXiv 2311.07025), section 4; the other kinds are those of PoDD's published code.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch

from podd_engine.config.schema import TruncationConfig
from podd_engine.runtime import random_streams


class TruncationSpan(NamedTuple):
    """Lengths of one inner training.

    Args:
        undifferentiated: steps before the window, without a graph.
        window: steps that are differentiated.
    """

    undifferentiated: int
    window: int


@dataclass(frozen=True)
class TruncationSchedule:
    """Where the differentiated window lies at each outer step.

    * random: undifferentiated steps uniform in [minimum, total - window], inclusive.
    * backward: starts at total - window and moves down by a window when the loss stalls.
    * forward: starts at minimum and moves up by a window when the loss stalls.
    * growing: no undifferentiated steps; the window itself uniform in [window, total].

    Args:
        config: the truncation section of the config.
        seed: the run's seed.
        steps_per_epoch: outer steps in a pass over the real data.
    """

    config: TruncationConfig
    seed: int
    steps_per_epoch: int

    def span(self, step: int, moves: int) -> TruncationSpan:
        """The span of outer ``step``, after the window has moved ``moves`` times."""
        config = self.config
        latest = config.total - config.window
        if config.kind == "backward":
            return TruncationSpan(max(config.minimum, latest - moves * config.window), config.window)
        if config.kind == "forward":
            return TruncationSpan(min(latest, config.minimum + moves * config.window), config.window)
        draw_number = step // self.steps_per_epoch if config.redraw == "pass" else step
        source = random_streams.generator(self.seed, "truncation", draw_number)
        if config.kind == "random":
            return TruncationSpan(_uniform(config.minimum, latest, source), config.window)
        return TruncationSpan(0, _uniform(config.window, config.total, source))


def _uniform(low: int, high: int, source: torch.Generator) -> int:
    """An integer uniform in [low, high], inclusive."""
    return int(torch.randint(low, high + 1, (), generator=source))
