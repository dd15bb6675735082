"""Estimate of the run that Start would begin."""

from dataclasses import dataclass

from podd_engine.estimate.cost_model import Estimate


@dataclass(frozen=True)
class Shortage:
    """Memory or disk space that a run needs and this computer lacks.

    Args:
        sentence: the required and the available amount, and a remedy.
        blocks_start: whether the run cannot succeed, because it needs more than this computer has in
            total. Otherwise the run needs more than is free now.
    """

    sentence: str
    blocks_start: bool


@dataclass(frozen=True)
class RunEstimate:
    """State of the estimate next to the Start button.

    Args:
        pending: whether the estimate is being computed.
        estimate: expected time, memory and disk space; None while unknown.
        error: error message if the estimate failed; empty otherwise.
        shortage: memory or disk space that is missing; None if the run fits or the estimate is unknown.
    """

    pending: bool = False
    estimate: Estimate | None = None
    error: str = ""
    shortage: Shortage | None = None

    @property
    def start_blocker(self) -> str:
        """Reason why the run cannot start; empty if it can start."""
        return self.shortage.sentence if self.shortage is not None and self.shortage.blocks_start else ""
