"""Curves of test and training accuracy, one pair for each number of training steps."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor

from podd_app.models.run_messages import RunMetadata
from podd_app.pages.run.curve_protocol import Reading, Table, at_step
from podd_app.pages.run.series import Series
from podd_app.qt.plain_text import Html, join_html, rich_text
from podd_app.style.formatting import format_count
from podd_app.style.theme import Colors
from podd_engine.runtime.events import Evaluation

_COLUMNS = ("step", "test", "test_std", "train", "train_std")
_BAND_ALPHA = 44
_MIN_OPACITY = 0.45
_LINE_STYLES = (
    ("o", Qt.PenStyle.DashLine),
    ("t", Qt.PenStyle.DotLine),
    ("s", Qt.PenStyle.DashDotLine),
    ("d", Qt.PenStyle.DashDotDotLine),
)
"""Symbol of test accuracy and dash pattern of training accuracy, in descending order of training steps."""

translate = QCoreApplication.translate


class _TrainingStepsCurves:
    """Curves of one number of training steps.

    Args:
        steps: training steps of each evaluated network.
        item: plot that shows the curves.
    """

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
        """Show all rows in percent."""
        step, test, spread = self.series["step"], 100 * self.series["test"], 100 * self.series["test_std"]
        self.low.setData(step, test - spread)
        self.high.setData(step, test + spread)
        self.test.setData(step, test)
        self.train.setData(step, 100 * self.series["train"])

    def set_style(self, test: QColor, train: QColor, rank: int) -> None:
        """Apply colors, symbol and dash pattern.

        Args:
            test: color of test accuracy.
            train: color of training accuracy.
            rank: 0 for the most training steps; higher ranks are fainter.
        """
        opacity = max(_MIN_OPACITY, 1 - 0.22 * rank)
        symbol, dash = _LINE_STYLES[rank % len(_LINE_STYLES)]
        fill, line, dashed = QColor(test), QColor(test), QColor(train)
        fill.setAlpha(round(_BAND_ALPHA * opacity))
        line.setAlphaF(opacity)
        dashed.setAlphaF(opacity)
        self.band.setBrush(fill)
        self.test.setPen(pg.mkPen(line, width=1.5))
        self.test.setSymbol(symbol)
        self.test.setSymbolBrush(line)
        self.train.setPen(pg.mkPen(dashed, width=1, style=dash))


class AccuracyCurves:
    """Mean test accuracy with a band of ± one standard deviation over networks, and training accuracy.

    Implements `Curves` in percent, with one pair of curves for each number of training steps.
    The pair with the most training steps has the highest opacity.
    """

    def __init__(self) -> None:
        self._curves: list[_TrainingStepsCurves] = []
        self._colors: Colors | None = None
        self._evaluations: list[Evaluation] = []
        self._no_value = Html()

    def add_to(self, item: pg.PlotItem) -> None:
        """Set the plot. `clear` adds the curves, because their number depends on the run."""
        self._item = item
        item.getViewBox().setLimits(yMin=-2, yMax=102)

    def clear(self, metadata: RunMetadata | None) -> None:
        """Replace the curves by empty curves for the training steps of a run."""
        for curves in self._curves:
            for part in curves.items:
                self._item.removeItem(part)
        training_steps = metadata.config.evaluation.steps if metadata else ()
        self._curves = [_TrainingStepsCurves(steps, self._item) for steps in training_steps]
        self._apply_colors()
        first = min(metadata.config.evaluation.every, metadata.config.outer.steps) if metadata else 0
        text = translate("AccuracyCurves", "first at step %s")
        self._no_value = rich_text(text, format_count(first)) if metadata else Html()
        self._evaluations.clear()
        self._item.setYRange(0, 100)

    def add(self, evaluation: Evaluation) -> None:
        """Add an evaluation. The next call of `draw` shows it."""
        if not len(self._curves[0].series):
            self._item.enableAutoRange(y=True)
        by_steps = {result.steps: result for result in evaluation.results}
        for curves in self._curves:
            result = by_steps[curves.steps]
            curves.series.append(
                evaluation.step,
                result.test_accuracy,
                result.test_accuracy_std,
                result.train_accuracy,
                result.train_accuracy_std,
            )
        self._evaluations.append(evaluation)

    def draw(self) -> None:
        """Show all added evaluations."""
        for curves in self._curves:
            curves.draw()

    def set_colors(self, colors: Colors) -> None:
        """Draw test accuracy in the accent color and training accuracy in the second color."""
        self._colors = colors
        self._apply_colors()

    def _apply_colors(self) -> None:
        if self._colors is not None:
            for rank, curves in enumerate(reversed(self._curves)):
                curves.set_style(QColor(self._colors.accent), QColor(self._colors.second), rank)

    def headers(self, step: int | None) -> tuple[Html, ...]:
        """Return the best and the last test accuracy, or the test accuracy up to ``step`` with its step.

        Before the first evaluation, return the step of the first evaluation.
        """
        if step is None:
            return best_and_last(self._evaluations) or (self._no_value,)
        earlier = [evaluation for evaluation in self._evaluations if evaluation.step <= step]
        if not earlier:
            return (self._no_value,)
        result = earlier[-1].best_result
        texts = _format_accuracy(result.test_accuracy, result.test_accuracy_std), _percent(earlier[-1])
        return at_step(earlier[-1].step, *(rich_text("<b>%s</b>", text) for text in texts))

    def value_range(self) -> None:
        """Return None, because the range of accuracies needs no outliers removed."""

    def readings(self, step: float, colors: Colors) -> tuple[float, list[Reading]] | None:
        """Return test and training accuracy for each number of training steps."""
        row = self._curves[0].series.row_at(step) if self._curves else None
        if row is None:
            return None
        readings = []
        for curves in reversed(self._curves):
            values = {name: float(curves.series[name][row]) for name in _COLUMNS}
            test = translate("AccuracyCurves", "test after %s") % format_count(curves.steps)
            training = translate("AccuracyCurves", "training after %s") % format_count(curves.steps)
            for name, part, color in ((test, "test", colors.accent), (training, "train", colors.second)):
                text = _format_accuracy(values[part], values[f"{part}_std"])
                readings.append(Reading(name, text, QColor(color)))
        return float(self._curves[0].series["step"][row]), readings

    def table(self) -> Table:
        """Return one row per evaluation and number of training steps; accuracies in [0, 1]."""
        rows = [
            (float(step), float(curves.steps), *map(float, rest))
            for curves in self._curves
            for step, *rest in zip(*(curves.series[name] for name in _COLUMNS), strict=True)
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


def best_and_last(evaluations: Sequence[Evaluation], separator: str = " · ") -> tuple[Html, ...]:
    """Return "Best 90.5% (step 600) · Last 90.7% (step 800)" and shorter variants, as rich text.

    Best is the evaluation of the poster with the lowest loss on real training images.

    Args:
        evaluations: evaluations in the order of their steps. Without evaluations, the result is empty.
        separator: rich text between best and last.
    """
    if not evaluations:
        return ()
    last = evaluations[-1]
    best = next((evaluation for evaluation in reversed(evaluations) if evaluation.best), last)
    at_step = translate("AccuracyCurves", "%s (step %s)")
    texts = [rich_text("<b>%s</b>", _percent(each)) for each in (best, last)]
    texts_at = [
        rich_text(at_step, text, format_count(each.step))
        for text, each in zip(texts, (best, last), strict=True)
    ]
    if best is last:
        both = translate("AccuracyCurves", "Best and last %s")
        return rich_text(both, texts_at[1]), rich_text(both, texts[1]), texts[1]
    names = translate("AccuracyCurves", "Best %s"), translate("AccuracyCurves", "Last %s")
    long, short = (
        [_unbreakable(rich_text(name, text)) for name, text in zip(names, shown, strict=True)]
        for shown in (texts_at, texts)
    )
    return join_html(separator, long), join_html(separator, short), short[1]


def _unbreakable(html: Html) -> Html:
    return Html(html.replace(" ", "\u00a0"))


def _percent(evaluation: Evaluation) -> str:
    return f"{100 * evaluation.best_result.test_accuracy:.1f}%"


def _format_accuracy(mean: float, deviation: float) -> str:
    return f"{100 * mean:.1f} ± {np.round(100 * deviation, 1):.1f}%"
