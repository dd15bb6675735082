"""The curves of evaluations: test and training accuracy, a line for each training length."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor

from podd_app.models.run_messages import RunMetadata
from podd_app.pages.run.curve_protocol import Reading, Table
from podd_app.pages.run.series import Series
from podd_app.style.formatting import THIN_SPACE, format_count
from podd_app.style.theme import Colors
from podd_engine.runtime.events import Evaluation

_COLUMNS = ("step", "test", "test_std", "train", "train_std")
_BAND_ALPHA = 44
_FAINTEST = 0.45
_KINDS = (
    ("o", Qt.PenStyle.DashLine),
    ("t", Qt.PenStyle.DotLine),
    ("s", Qt.PenStyle.DashDotLine),
    ("d", Qt.PenStyle.DashDotDotLine),
)
"""Marks of test accuracy and dashes of training accuracy, from the longest training on."""

translate = QCoreApplication.translate


class _TrainingLengthCurves:
    """The lines of one training length."""

    def __init__(self, steps: int, item: pg.PlotItem) -> None:
        self.steps = steps
        self.series = Series(*_COLUMNS)
        self.low, self.high = pg.PlotCurveItem(), pg.PlotCurveItem()
        self.band = pg.FillBetweenItem(self.low, self.high)
        self.train = pg.PlotDataItem()
        self.test = pg.PlotDataItem(symbol="o", symbolSize=4, symbolPen=None)
        self.items = (self.band, self.train, self.test)
        for part in self.items:
            item.addItem(part)

    def draw(self) -> None:
        """Show every row, in per cent."""
        step, test, spread = self.series["step"], 100 * self.series["test"], 100 * self.series["test_std"]
        self.low.setData(step, test - spread)
        self.high.setData(step, test + spread)
        self.test.setData(step, test)
        self.train.setData(step, 100 * self.series["train"])

    def color(self, test: QColor, train: QColor, rank: int) -> None:
        """Longer training lengths are drawn stronger; each has a mark and a dash of its own."""
        strength = max(_FAINTEST, 1 - 0.22 * rank)
        mark, dash = _KINDS[rank % len(_KINDS)]
        fill, line, dashed = QColor(test), QColor(test), QColor(train)
        fill.setAlpha(round(_BAND_ALPHA * strength))
        line.setAlphaF(strength)
        dashed.setAlphaF(strength)
        self.band.setBrush(fill)
        self.test.setPen(pg.mkPen(line, width=1.5))
        self.test.setSymbol(mark)
        self.test.setSymbolBrush(line)
        self.train.setPen(pg.mkPen(dashed, width=1, style=dash))


class AccuracyCurves:
    """Mean test accuracy with a band of ± one standard deviation over networks, and training accuracy.

    They are `Curves` in per cent, a pair for each training length; the longest is the strongest.
    """

    def __init__(self) -> None:
        self._lengths: list[_TrainingLengthCurves] = []
        self._colors: Colors | None = None
        self._latest = ""

    def join(self, item: pg.PlotItem) -> None:
        """Lines come with the run."""
        self._item = item
        item.getViewBox().setLimits(yMin=-2, yMax=102)

    def clear(self, metadata: RunMetadata | None) -> None:
        """Lines for the training lengths of a run."""
        for length in self._lengths:
            for part in length.items:
                self._item.removeItem(part)
        lengths = metadata.config.evaluation.steps if metadata else ()
        self._lengths = [_TrainingLengthCurves(steps, self._item) for steps in lengths]
        self._paint()
        first = min(metadata.config.evaluation.every, metadata.config.outer.steps) if metadata else 0
        self._latest = (
            translate("AccuracyCurves", "first at step %s") % format_count(first) if metadata else ""
        )
        self._item.setYRange(0, 100)

    def add(self, evaluation: Evaluation) -> None:
        """Take an evaluation; shown with the next `draw`."""
        if not len(self._lengths[0].series):
            self._item.enableAutoRange(y=True)
        by_steps = {result.steps: result for result in evaluation.results}
        for length in self._lengths:
            result = by_steps[length.steps]
            length.series.append(
                evaluation.step,
                result.test_accuracy,
                result.test_accuracy_std,
                result.train_accuracy,
                result.train_accuracy_std,
            )
        chosen = evaluation.best_result
        text = _with_spread(chosen.test_accuracy, chosen.test_accuracy_std)
        self._latest = translate("AccuracyCurves", "test <b>%s</b>") % text

    def draw(self) -> None:
        """Every line."""
        for length in self._lengths:
            length.draw()

    def color(self, colors: Colors) -> None:
        """Accent for test, the second color for training."""
        self._colors = colors
        self._paint()

    def _paint(self) -> None:
        if self._colors is not None:
            for rank, length in enumerate(reversed(self._lengths)):
                length.color(QColor(self._colors.accent), QColor(self._colors.second), rank)

    def latest(self) -> str:
        """The latest test accuracy, or when the first will come."""
        return self._latest

    def readings(self, step: float, colors: Colors) -> tuple[float, list[Reading]] | None:
        """Test and training accuracy at every training length."""
        row = self._lengths[0].series.row_at(step) if self._lengths else None
        if row is None:
            return None
        found = []
        for length in reversed(self._lengths):
            values = {name: float(length.series[name][row]) for name in _COLUMNS}
            test = translate("AccuracyCurves", "test after %s") % format_count(length.steps)
            training = translate("AccuracyCurves", "training after %s") % format_count(length.steps)
            for name, part, color in ((test, "test", colors.accent), (training, "train", colors.second)):
                text = _with_spread(values[part], values[f"{part}_std"])
                found.append(Reading(name, text, QColor(color)))
        return float(self._lengths[0].series["step"][row]), found

    def table(self) -> Table:
        """A row for each evaluation and training length; accuracies in [0, 1]."""
        rows = [
            (float(step), float(length.steps), *map(float, rest))
            for length in self._lengths
            for step, *rest in zip(*(length.series[name] for name in _COLUMNS), strict=True)
        ]
        columns = (
            "step",
            "training_steps",
            "test_accuracy",
            "test_accuracy_std",
            "train_accuracy",
            "train_accuracy_std",
        )
        return Table(columns, sorted(rows))


def _with_spread(mean: float, deviation: float) -> str:
    return f"{100 * mean:.1f} ± {np.round(100 * deviation, 1):.1f}{THIN_SPACE}%"
