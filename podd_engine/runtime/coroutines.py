"""Long computations as generators: each ``yield`` is a point where a run may pause or stop.

A computation that is abandoned at a yield leaves nothing behind: state is only ever returned.
"""

import threading
import time
from collections.abc import Generator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TypeVar

import torch

from podd_engine.errors import CancelledError
from podd_engine.runtime.events import Notice

Result = TypeVar("Result")

Computation = Generator[Notice | None, None, Result]
"""Yields often, nothing or something worth knowing; returns its result."""


def run_to_completion(computation: Computation[Result]) -> Result:
    """Run a computation to its end, ignoring its pause points."""
    while True:
        try:
            next(computation)
        except StopIteration as stop:
            result: Result = stop.value
            return result


PAUSE_INTERVAL_SECONDS = 0.02
"""How long computations side by side go on between points where the run may pause."""


class _RunPermit:
    """Leave to go on, for a moment at a time.

    Whoever gives it again in time stops nobody: computations that met at every point where the run
    may pause would wait for the slowest of them each time, a tenth of their speed.
    """

    def __init__(self) -> None:
        self._until = 0.0
        self._ended = False
        self._changed = threading.Condition()

    def renew(self) -> None:
        """Give leave for long enough to be asked again before it runs out."""
        with self._changed:
            self._until = time.perf_counter() + 2 * PAUSE_INTERVAL_SECONDS
            self._changed.notify_all()

    def end(self) -> None:
        """Give none any more."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def wait(self) -> None:
        """Return once there is leave.

        Raises:
            Cancelled: there will be none.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._ended or time.perf_counter() < self._until)
            if self._ended:
                raise CancelledError


def run_concurrently(computations: Sequence[Computation[Result]], workers: int) -> Computation[list[Result]]:
    """Run computations that share nothing on threads, with points in between where the run may pause.

    The CPU threads of torch are divided among the workers. While paused, computations go on for
    `PAUSE_INTERVAL_SECONDS` and their step under way, then wait. What is computed does not depend on it.

    Args:
        computations: what to run; what they yield is ignored.
        workers: how many run at once, ≥ 1.

    Returns:
        Their results, in their order.
    """
    threads = torch.get_num_threads()
    each = max(1, threads // workers)
    permit = _RunPermit()
    try:
        with ThreadPoolExecutor(workers, "network", torch.set_num_threads, (each,)) as pool:
            try:
                futures = [pool.submit(_run_with_permit, computation, permit) for computation in computations]
                unfinished = set(futures)
                while unfinished:
                    permit.renew()
                    done, unfinished = wait(unfinished, PAUSE_INTERVAL_SECONDS, FIRST_EXCEPTION)
                    for future in done:
                        future.result()  # an error is not to wait for the others
                    yield None
            finally:
                permit.end()
    finally:
        # A worker's number of threads is also what torch hands to whoever asks next.
        torch.set_num_threads(threads)
    return [future.result() for future in futures]


def _run_with_permit(computation: Computation[Result], permit: _RunPermit) -> Result:
    while True:
        permit.wait()
        try:
            next(computation)
        except StopIteration as stop:
            result: Result = stop.value
            return result
