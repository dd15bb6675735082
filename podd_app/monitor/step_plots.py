"""Plots of what every outer step reports: loss, gradient norm, where the window started."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from podd_app.live import RunStory
from podd_app.monitor.plot_card import PlotCard, Reading, Table, number
from podd_app.monitor.series import Series
from podd_app.theme import colours_of
from podd_engine.events import StepReport

SMOOTHING = 0.9
"""Decay of the average that the strong line of the loss follows."""

_MOST_DOTS = 1000
_DOT_PX = 3


class StepPlot(PlotCard):
    """Base of the plots with one row for each outer step."""

    columns: tuple[str, ...]

    def clear(self, story: RunStory | None) -> None:
        """Start anew."""
        self.series = Series(*self.columns)
        self.show_latest("")
        self.draw()

    def add(self, reports: list[StepReport]) -> None:
        """Take reports; shown with the next `draw`."""
        for report in reports:
            self.series.append(*self.row(report))

    def row(self, report: StepReport) -> tuple[float, ...]:
        """The report's values for `columns`."""
        raise NotImplementedError

    def table(self) -> Table:
        """Every row."""
        columns = [self.series[name].tolist() for name in self.columns]
        return Table(self.columns, list(zip(*columns, strict=True)))

    def values_at(self, step: float) -> dict[str, float] | None:
        """The row nearest to ``step``."""
        row = self.series.row_at(step)
        return None if row is None else {name: float(self.series[name][row]) for name in self.columns}


class LossPlot(StepPlot):
    """Loss on real images: each step faint, their running average strong."""

    columns = ("step", "loss", "average")

    def __init__(self, parent: QWidget | None = None) -> None:
        self.series = Series(*self.columns)
        super().__init__(
            "Loss on real images",
            "Cross-entropy (nats) on a batch of real images after the window, before the poster's update; "
            "the strong line is its running average",
            parent=parent,
        )

    def make_curves(self) -> None:
        """The average over the steps."""
        self._steps = self.item.plot(autoDownsample=True, downsampleMethod="peak")
        self._average = self.item.plot(autoDownsample=True, downsampleMethod="peak")

    def colour_curves(self) -> None:
        """One colour, two strengths."""
        accent = QColor(colours_of(self).accent)
        self._average.setPen(pg.mkPen(accent, width=1.5))
        accent.setAlpha(80)
        self._steps.setPen(pg.mkPen(accent, width=1))

    def row(self, report: StepReport) -> tuple[float, ...]:
        """Loss, and its average so far."""
        averages = self.series["average"]
        before = averages[-1] if len(averages) else report.loss
        return report.step, report.loss, SMOOTHING * before + (1 - SMOOTHING) * report.loss

    def draw(self) -> None:
        """Both lines."""
        self._steps.setData(self.series["step"], self.series["loss"])
        self._average.setData(self.series["step"], self.series["average"])
        if len(self.series):
            self.show_latest(f"<b>{number(self.series['average'][-1])}</b>")

    def readings(self, step: float) -> tuple[float, list[Reading]] | None:
        """Loss and average."""
        values = self.values_at(step)
        if values is None:
            return None
        colours = colours_of(self)
        return values["step"], [
            Reading(self.tr("this step"), number(values["loss"]), QColor(colours.muted)),
            Reading(self.tr("average"), number(values["average"]), QColor(colours.accent)),
        ]


class GradientPlot(StepPlot):
    """Norm of the poster's gradient, and where it is clipped."""

    columns = ("step", "gradient_norm", "clip_level")

    def __init__(self, parent: QWidget | None = None) -> None:
        self.series = Series(*self.columns)
        super().__init__(
            "Gradient norm",
            "Norm of the poster's gradient before clipping; above the clip level it is scaled down to it",
            parent=parent,
        )

    def make_curves(self) -> None:
        """The norm under the clip level."""
        self._norm = self.item.plot(autoDownsample=True, downsampleMethod="peak")
        self._clip = self.item.plot(autoDownsample=True, downsampleMethod="peak")

    def colour_curves(self) -> None:
        """Accent, and the second colour for the level."""
        colours = colours_of(self)
        self._norm.setPen(pg.mkPen(QColor(colours.accent), width=1))
        self._clip.setPen(pg.mkPen(QColor(colours.second), width=1.5))

    def row(self, report: StepReport) -> tuple[float, ...]:
        """Norm and level."""
        return report.step, report.gradient_norm, report.clip_level

    def draw(self) -> None:
        """Both lines."""
        self._norm.setData(self.series["step"], self.series["gradient_norm"])
        self._clip.setData(self.series["step"], self.series["clip_level"])
        if len(self.series):
            self.show_latest(self.tr("clip at <b>%s</b>") % number(self.series["clip_level"][-1]))

    def readings(self, step: float) -> tuple[float, list[Reading]] | None:
        """Norm and level."""
        values = self.values_at(step)
        if values is None:
            return None
        colours = colours_of(self)
        return values["step"], [
            Reading(self.tr("norm"), number(values["gradient_norm"]), QColor(colours.accent)),
            Reading(self.tr("clip level"), number(values["clip_level"]), QColor(colours.second)),
        ]


class WindowPlot(StepPlot):
    """Where in the inner training the differentiated window started: a dot for each outer step."""

    columns = ("step", "undifferentiated", "window")

    def __init__(self, parent: QWidget | None = None) -> None:
        self.series = Series(*self.columns)
        super().__init__(
            "Window start",
            "Inner steps trained before the differentiated window, for each outer step; drawn at random, "
            "dots fill the whole height evenly",
            can_log=False,
            parent=parent,
        )

    def make_curves(self) -> None:
        """Dots."""
        self._dots = self.item.plot(pen=None, symbol="o", symbolSize=_DOT_PX, symbolPen=None)

    def colour_curves(self) -> None:
        """Accent."""
        self._dots.setSymbolBrush(QColor(colours_of(self).accent))

    def row(self, report: StepReport) -> tuple[float, ...]:
        """Start and length."""
        return report.step, report.undifferentiated, report.window

    def clear(self, story: RunStory | None) -> None:
        """Make room for every possible start."""
        super().clear(story)
        if story is not None:
            truncation = story.config.truncation
            highest = truncation.total - (0 if truncation.kind == "growing" else truncation.window)
            self.item.setYRange(0, max(1, highest))

    def draw(self) -> None:
        """As many dots as can be told apart."""
        every = np.s_[:: 1 + len(self.series) // _MOST_DOTS]
        self._dots.setData(self.series["step"][every], self.series["undifferentiated"][every])
        if len(self.series):
            start, window = int(self.series["undifferentiated"][-1]), int(self.series["window"][-1])
            self.show_latest(self.tr("after <b>%d</b> of %d steps") % (start, start + window))

    def readings(self, step: float) -> tuple[float, list[Reading]] | None:
        """Start and end of the window."""
        values = self.values_at(step)
        if values is None:
            return None
        start, colours = values["undifferentiated"], colours_of(self)
        return values["step"], [
            Reading(self.tr("starts after"), f"{start:.0f}", QColor(colours.accent)),
            Reading(self.tr("ends after"), f"{start + values['window']:.0f}", QColor(colours.muted)),
        ]
