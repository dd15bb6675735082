"""Time limits that adapt to the load of the machine."""

import os

_MAX_FACTOR = 6.0


def adapted(seconds: float) -> float:
    """Return a time limit, longer while other processes keep the machine busy.

    Args:
        seconds: time limit on a machine that does nothing else.
    """
    try:
        load = os.getloadavg()[0]
    except (AttributeError, OSError):  # Windows has no load average
        return seconds
    return seconds * min(_MAX_FACTOR, max(1.0, load / (os.cpu_count() or 1)))
