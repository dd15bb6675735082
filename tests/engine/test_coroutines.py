"""Computations side by side: their results, their pauses, their errors."""

import threading

import pytest
import torch

from podd_engine.runtime import coroutines
from podd_engine.runtime.coroutines import Computation, run_concurrently, run_to_completion


def counting(steps: int, seen: set[int]) -> Computation[int]:
    for _ in range(steps):
        seen.add(threading.get_ident())
        yield None
    return steps


def test_results_keep_their_order_and_threads_their_number() -> None:
    before, seen = torch.get_num_threads(), set[int]()
    lengths = [30_000, 0, 10, 20_000, 1]
    assert (
        run_to_completion(run_concurrently([counting(length, seen) for length in lengths], workers=2))
        == lengths
    )
    assert threading.get_ident() not in seen
    assert torch.get_num_threads() == before


def test_nothing_runs_while_paused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coroutines, "PAUSE_INTERVAL_SECONDS", 0.001)
    seen: set[int] = set()
    steps = iter(range(10**9))

    def endless() -> Computation[None]:
        while True:
            next(steps)
            seen.add(threading.get_ident())
            yield None

    together = run_concurrently([endless()], workers=1)
    next(together)
    sum(range(2_000_000))  # more time than they may go on for
    reached = next(steps)
    assert reached > 0
    sum(range(2_000_000))  # time in which another thread would go on
    assert next(steps) == reached + 1
    together.close()
    assert not {thread.ident for thread in threading.enumerate()} & seen


def test_an_error_of_one_is_raised() -> None:
    def failing() -> Computation[int]:
        yield None
        raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        run_to_completion(run_concurrently([failing(), counting(5, set())], workers=2))
