"""Long computations as generators: each ``yield`` is a point where a run may pause or stop.

A computation that is abandoned at a yield leaves nothing behind: state is only ever returned.
"""

from collections.abc import Generator
from typing import TypeVar

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
