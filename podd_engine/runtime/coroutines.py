"""Long computations as generators. Each ``yield`` is a point where a run may pause or stop.

Computations return new state and do not modify existing state. A computation that is closed at a
``yield`` therefore has no effect.
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
"""Yields None or a `Notice` at short intervals, and returns its result."""


def run_to_completion(computation: Computation[Result]) -> Result:
    """Run a computation to its end, ignore what it yields, and return its result."""
    while True:
        try:
            next(computation)
        except StopIteration as stop:
            result: Result = stop.value
            return result


PAUSE_INTERVAL_SECONDS = 0.02
"""Interval between pause points of `run_concurrently`."""


class _RunPermit:
    """Permission for worker threads to run, valid for a limited time.

    The main thread renews the permit at short intervals, so that workers never wait while the run is
    active. Synchronizing all workers at every pause point instead would cost a tenth of their speed,
    because each would wait for the slowest.
    """

    def __init__(self) -> None:
        self._until = 0.0
        self._ended = False
        self._changed = threading.Condition()

    def renew(self) -> None:
        """Extend the permit by two pause intervals, so that it is renewed before it expires."""
        with self._changed:
            self._until = time.perf_counter() + 2 * PAUSE_INTERVAL_SECONDS
            self._changed.notify_all()

    def end(self) -> None:
        """Revoke the permit for good."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def wait(self) -> None:
        """Block until the permit is valid.

        Raises:
            CancelledError: the permit was revoked.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._ended or time.perf_counter() < self._until)
            if self._ended:
                raise CancelledError


def run_concurrently(computations: Sequence[Computation[Result]], workers: int) -> Computation[list[Result]]:
    """Run independent computations on worker threads, with pause points for the run.

    The CPU threads of torch are divided among the workers. While the run is paused, each computation
    continues for at most two pause intervals, finishes its current step and then waits. Pauses do not
    change the results.

    Args:
        computations: computations without shared state. Values that they yield are ignored.
        workers: number of computations that run at the same time, ≥ 1.

    Returns:
        Results in the order of ``computations``.

    Raises:
        Exception: the first error of a computation. The other computations are canceled.
    """
    threads = torch.get_num_threads()
    threads_per_worker = max(1, threads // workers)
    permit = _RunPermit()
    try:
        with ThreadPoolExecutor(workers, "network", torch.set_num_threads, (threads_per_worker,)) as pool:
            try:
                futures = [pool.submit(_run_with_permit, computation, permit) for computation in computations]
                unfinished = set(futures)
                while unfinished:
                    permit.renew()
                    done, unfinished = wait(unfinished, PAUSE_INTERVAL_SECONDS, FIRST_EXCEPTION)
                    for future in done:
                        future.result()  # raise an error without waiting for the other computations
                    yield None
            finally:
                permit.end()
    finally:
        # The thread count set in a worker also becomes the default of threads created later.
        torch.set_num_threads(threads)
    return [future.result() for future in futures]


def _run_with_permit(computation: Computation[Result], permit: _RunPermit) -> Result:
    """Run a computation to its end, waiting for ``permit`` before each part."""
    while True:
        permit.wait()
        try:
            next(computation)
        except StopIteration as stop:
            result: Result = stop.value
            return result
