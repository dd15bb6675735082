"""Concurrent computations: results, pauses and errors."""

import threading

import pytest
import torch

from podd_engine.runtime import coroutines
from podd_engine.runtime.coroutines import Computation, run_concurrently, run_to_completion


def counting(steps: int, thread_ids: set[int]) -> Computation[int]:
    for _ in range(steps):
        thread_ids.add(threading.get_ident())
        yield None
    return steps


def test_results_keep_their_order_and_the_thread_count_is_restored() -> None:
    before, thread_ids = torch.get_num_threads(), set[int]()
    lengths = [30_000, 0, 10, 20_000, 1]
    assert (
        run_to_completion(run_concurrently([counting(length, thread_ids) for length in lengths], workers=2))
        == lengths
    )
    assert threading.get_ident() not in thread_ids
    assert torch.get_num_threads() == before


def test_workers_wait_while_paused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coroutines, "PAUSE_INTERVAL_SECONDS", 0.001)
    thread_ids: set[int] = set()
    steps = iter(range(10**9))

    def endless() -> Computation[None]:
        while True:
            next(steps)
            thread_ids.add(threading.get_ident())
            yield None

    concurrent = run_concurrently([endless()], workers=1)
    next(concurrent)
    sum(range(2_000_000))  # longer than the permit is valid
    position = next(steps)
    assert position > 0
    sum(range(2_000_000))  # a running worker would advance in this time
    assert next(steps) == position + 1
    concurrent.close()
    assert not {thread.ident for thread in threading.enumerate()} & thread_ids


def test_error_of_one_computation_is_raised() -> None:
    def failing() -> Computation[int]:
        yield None
        raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        run_to_completion(run_concurrently([failing(), counting(5, set())], workers=2))
