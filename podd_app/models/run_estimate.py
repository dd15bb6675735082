"""What is known of the run that Start would start."""

from dataclasses import dataclass

from podd_engine.estimate.cost_model import Estimate


@dataclass(frozen=True)
class RunEstimate:
    """The state of the estimate beside Start.

    Args:
        pending: it is being made.
        estimate: what the run will take; None while that is not known.
        obstacle: why it could not be found out; empty if nothing went wrong.
    """

    pending: bool = False
    estimate: Estimate | None = None
    error: str = ""
