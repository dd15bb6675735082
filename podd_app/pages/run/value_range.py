"""Range of plotted values without outliers."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_MAX_SPREADS = 4.0
"""Distance from the middle half of the values, in units of its width, beyond which a value is an outlier."""
_MIN_RELATIVE_SPREAD = 0.05
"""Smallest assumed width of the middle half, relative to the median, for values that hardly vary."""
_MAX_OUTLIERS = 0.02
"""Largest share of outliers above, and below. More values, such as a steep beginning, are shown."""
_PADDING = 0.05


def range_without_outliers(
    values: NDArray[np.float64], others: Sequence[NDArray[np.float64]] = ()
) -> tuple[float, float] | None:
    """Return the range of ``values`` in which few outliers do not flatten the rest.

    Let q1, q2, q3 be the quartiles and s = max(q3 - q1, 0.05 |q2|). The highest 2% of the values above
    q3 + 4 s and the lowest 2% below q1 - 4 s are outliers.

    Args:
        values: float64 [steps]. Values that are not finite are ignored.
        others: further curves. The range contains their medians.

    Returns:
        Lowest and highest value with some padding; None without finite values.
    """
    finite = values[np.isfinite(values)]
    if not len(finite):
        return None
    first, median, third = np.quantile(finite, (0.25, 0.5, 0.75))
    spread = max(third - first, _MIN_RELATIVE_SPREAD * abs(median))
    lowest = np.quantile(finite, _MAX_OUTLIERS, method="higher")
    highest = np.quantile(finite, 1 - _MAX_OUTLIERS, method="lower")
    low = max(finite.min(), min(lowest, first - _MAX_SPREADS * spread))
    high = min(finite.max(), max(highest, third + _MAX_SPREADS * spread))
    for other in others:
        known = other[np.isfinite(other)]
        if len(known):
            low, high = min(low, np.median(known)), max(high, np.median(known))
    padding = _PADDING * (high - low) or _PADDING * abs(high) or 1.0
    return float(low - padding), float(high + padding)
