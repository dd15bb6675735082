"""Progress reports of long operations."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """Progress of a long operation.

    Args:
        what: the current activity, for example "reading images".
        done: finished units, between 0 and ``total``.
        total: number of units.
    """

    what: str
    done: int
    total: int


ProgressCallback = Callable[[Progress], None]
"""Callback that receives progress. It may raise `podd_engine.errors.CancelledError` to stop the operation."""


def ignore_progress(progress: Progress) -> None:
    """Ignore ``progress``. Default `ProgressCallback` for callers that do not show progress."""
