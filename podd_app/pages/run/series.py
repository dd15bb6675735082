"""Growing table of numbers."""

import numpy as np
from numpy.typing import NDArray


class Series:
    """Table with a fixed number of columns; appending a row takes amortized constant time.

    Args:
        *columns: names of the columns.
    """

    def __init__(self, *columns: str) -> None:
        self.columns = columns
        self._rows = np.empty((256, len(columns)))
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, *row: float) -> None:
        """Add one row."""
        if self._count == len(self._rows):
            self._rows = np.concatenate([self._rows, np.empty_like(self._rows)])
        self._rows[self._count] = row
        self._count += 1

    def __getitem__(self, column: str) -> NDArray[np.float64]:
        """Return all values of a column as a view; later rows do not change the view."""
        return self._rows[: self._count, self.columns.index(column)]

    def row_at(self, x: float) -> int | None:
        """Return the index of the row whose first value is nearest to ``x``; None if there are no rows.

        The values of the first column must be ascending.
        """
        if not self._count:
            return None
        xs = self._rows[: self._count, 0]
        after = int(np.searchsorted(xs, x))
        if after == self._count or (after and x - xs[after - 1] <= xs[after] - x):
            return after - 1
        return after
