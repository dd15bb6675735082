"""Estimate of the run that Start would begin."""

from dataclasses import dataclass

from podd_engine.estimate.cost_model import Estimate


@dataclass(frozen=True)
class RunEstimate:
    """State of the estimate next to the Start button.

    Args:
        pending: whether the estimate is being computed.
        estimate: expected time, memory and disk space; None while unknown.
        error: error message if the estimate failed; empty otherwise.
    """

    pending: bool = False
    estimate: Estimate | None = None
    error: str = ""
