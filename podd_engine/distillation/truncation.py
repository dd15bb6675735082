"""Truncation schedules: they determine which inner steps are differentiated.

Sources: RaT-BPTT (arXiv 2311.07025), section 4, for the kind ``random``. The other kinds come from the
published code of PoDD.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch

from podd_engine.config.sections import TruncationConfig
from podd_engine.runtime import random_streams


class TruncationSpan(NamedTuple):
    """Number of inner steps before and inside the differentiated window.

    Args:
        undifferentiated: warm-up steps before the window, ≥ 0.
        window: steps of the differentiated window, ≥ 1.
    """

    undifferentiated: int
    window: int


@dataclass(frozen=True)
class TruncationSchedule:
    """Position and length of the differentiated window at each outer step.

    - ``random``: the number of warm-up steps is uniform in [minimum, total - window], both inclusive.
    - ``backward``: the window starts after total - window warm-up steps. Each time the loss stalls, it
      moves toward the start by one window length.
    - ``forward``: the window starts after ``minimum`` warm-up steps. Each time the loss stalls, it moves
      toward the end by one window length.
    - ``growing``: no warm-up steps. The length of the window is uniform in [window, total].

    Args:
        config: truncation section of the config.
        seed: seed of the run.
        steps_per_epoch: outer steps per epoch of the real data.
    """

    config: TruncationConfig
    seed: int
    steps_per_epoch: int

    def span(self, step: int, moves: int) -> TruncationSpan:
        """Return the span of one outer step.

        Args:
            step: outer step, counted from 0.
            moves: number of times a moving window has moved. Other kinds ignore it.
        """
        config = self.config
        latest_start = config.total - config.window
        if config.kind == "backward":
            return TruncationSpan(max(config.minimum, latest_start - moves * config.window), config.window)
        if config.kind == "forward":
            return TruncationSpan(min(latest_start, config.minimum + moves * config.window), config.window)
        draw_number = step // self.steps_per_epoch if config.redraw == "pass" else step
        source = random_streams.generator(self.seed, "truncation", draw_number)
        if config.kind == "random":
            return TruncationSpan(_uniform(config.minimum, latest_start, source), config.window)
        return TruncationSpan(0, _uniform(config.window, config.total, source))


def _uniform(low: int, high: int, source: torch.Generator) -> int:
    """Draw an integer uniform in [low, high], both inclusive."""
    return int(torch.randint(low, high + 1, (), generator=source))
