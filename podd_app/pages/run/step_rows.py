"""Table with one row for each outer step."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from podd_app.pages.run.curve_protocol import Table
from podd_app.pages.run.series import Series
from podd_engine.runtime.events import StepReport

Row = Callable[[StepReport, Mapping[str, float] | None], tuple[float, ...]]
"""Computes a row from a report and the previous row. The previous row of the first report is None."""


class StepRows:
    """Named values of all outer steps reported.

    Args:
        columns: names of the columns; the first is ``step``.
        row: computes the values of a row, one for each column.
    """

    def __init__(self, columns: tuple[str, ...], row: Row) -> None:
        self._columns, self._row = columns, row
        self._series = Series(*columns)

    def __getitem__(self, column: str) -> NDArray[np.float64]:
        """Return all values of a column."""
        return self._series[column]

    def __len__(self) -> int:
        return len(self._series)

    def clear(self) -> None:
        """Remove all rows."""
        self._series = Series(*self._columns)

    def add(self, reports: Sequence[StepReport]) -> None:
        """Add reports in ascending order of their steps."""
        for report in reports:
            self._series.append(*self._row(report, self.last))

    @property
    def last(self) -> Mapping[str, float] | None:
        """Last row; None if there are no rows."""
        return self._values(len(self) - 1) if len(self) else None

    def at(self, step: float) -> Mapping[str, float] | None:
        """Return the row nearest to ``step``; None if there are no rows."""
        index = self._series.row_at(step)
        return None if index is None else self._values(index)

    def table(self) -> Table:
        """Return all rows."""
        columns = [self[name].tolist() for name in self._columns]
        return Table(self._columns, list(zip(*columns, strict=True)))

    def _values(self, index: int) -> Mapping[str, float]:
        return {name: float(self[name][index]) for name in self._columns}
