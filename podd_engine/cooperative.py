"""Long computations as generators: each ``yield`` is a point where a run may pause or stop.

A computation that is abandoned at a yield leaves nothing behind: state is only ever returned.
"""

import time
from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar

import torch

from podd_engine.events import Notice

Result = TypeVar("Result")

Computation = Generator[Notice | None, None, Result]
"""Yields often, nothing or something worth knowing; returns its result."""


def finish(computation: Computation[Result]) -> Result:
    """Run a computation to its end, ignoring its pause points."""
    while True:
        try:
            next(computation)
        except StopIteration as stop:
            result: Result = stop.value
            return result


SLICE_SECONDS = 0.02
"""How long computations side by side go on without a point where the run may pause."""


class _Outcome(NamedTuple):
    done: bool
    result: object = None


def side_by_side(computations: Sequence[Computation[Result]], workers: int) -> Computation[list[Result]]:
    """Run computations that share nothing on threads, pausing between short slices of time.

    The CPU threads of torch are divided among the workers. What is computed does not depend on how
    the slices fall.

    Args:
        computations: what to run; what they yield is ignored.
        workers: how many run at once, ≥ 1.

    Returns:
        Their results, in their order.
    """
    threads = torch.get_num_threads()
    each = max(1, threads // workers)
    waiting = deque(range(len(computations)))
    running: list[int] = []
    results: dict[int, Result] = {}
    try:
        with ThreadPoolExecutor(workers, "network", torch.set_num_threads, (each,)) as pool:
            while waiting or running:
                while waiting and len(running) < workers:
                    running.append(waiting.popleft())
                outcomes = list(pool.map(_for_a_slice, [computations[number] for number in running]))
                for number, outcome in zip(running[:], outcomes, strict=True):
                    if outcome.done:
                        running.remove(number)
                        results[number] = outcome.result  # type: ignore[assignment]
                yield None
    finally:
        # A worker's number of threads is also what torch hands to whoever asks next.
        torch.set_num_threads(threads)
    return [results[number] for number in range(len(computations))]


def _for_a_slice(computation: Computation[object]) -> _Outcome:
    until = time.perf_counter() + SLICE_SECONDS
    while time.perf_counter() < until:
        try:
            next(computation)
        except StopIteration as stop:
            return _Outcome(True, stop.value)
    return _Outcome(False)
