"""What every outer step reports, a row each."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from podd_app.pages.run.curve_protocol import Table
from podd_app.pages.run.series import Series
from podd_engine.runtime.events import StepReport

Row = Callable[[StepReport, Mapping[str, float] | None], tuple[float, ...]]
"""A report's values, given the row before it, which the first does not have."""


class StepRows:
    """Named values of the outer steps so far.

    Args:
        columns: their names; the first is ``step``.
        row: what to take from a report, a value for each column.
    """

    def __init__(self, columns: tuple[str, ...], row: Row) -> None:
        self._columns, self._row = columns, row
        self._series = Series(*columns)

    def __getitem__(self, column: str) -> NDArray[np.float64]:
        """All values of a column."""
        return self._series[column]

    def __len__(self) -> int:
        return len(self._series)

    def clear(self) -> None:
        """Forget everything."""
        self._series = Series(*self._columns)

    def add(self, reports: Sequence[StepReport]) -> None:
        """Take reports, in the order of their steps."""
        for report in reports:
            self._series.append(*self._row(report, self.last))

    @property
    def last(self) -> Mapping[str, float] | None:
        """The latest row; None before there is one."""
        return self._values(len(self) - 1) if len(self) else None

    def at(self, step: float) -> Mapping[str, float] | None:
        """The row nearest to ``step``; None before there is one."""
        index = self._series.row_at(step)
        return None if index is None else self._values(index)

    def table(self) -> Table:
        """Every row."""
        columns = [self[name].tolist() for name in self._columns]
        return Table(self._columns, list(zip(*columns, strict=True)))

    def _values(self, index: int) -> Mapping[str, float]:
        return {name: float(self[name][index]) for name in self._columns}
