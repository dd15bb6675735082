"""Plots of the values that each outer step reports: loss, gradient norm and window start."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt

from podd_app.pages.run.curve_protocol import format_number
from podd_app.pages.run.plot_card import PlotCard
from podd_app.pages.run.step_lines import LineSpec, StepLines
from podd_app.pages.run.step_rows import StepRows
from podd_app.pages.run.window_dots import WindowDots
from podd_app.qt.plain_text import rich_text
from podd_engine.runtime.events import StepReport

SMOOTHING = 0.9
"""Decay factor of the exponential moving average of the loss."""

_STEP_LOSS_OPACITY = 0.5

translate = QCoreApplication.translate


@dataclass(frozen=True)
class StepPlot:
    """Plot card and the rows it draws."""

    card: PlotCard
    rows: StepRows


def loss_plot() -> StepPlot:
    """Create the plot of the loss on real images: faint for each step, solid for the moving average."""
    rows = StepRows(("step", "loss", "average"), _loss_row)
    lines = (
        LineSpec(
            "loss", translate("StepPlots", "this step"), lambda colors: colors.muted, _STEP_LOSS_OPACITY, 1
        ),
        LineSpec("average", translate("StepPlots", "average"), lambda colors: colors.accent),
    )
    curves = StepLines(rows, lines, lambda last: rich_text("<b>%s</b>", format_number(last["average"])))
    hint = translate(
        "StepPlots",
        "Cross-entropy (nats) on a real batch after the window, before the poster is updated. "
        "The strong line is the moving average.",
    )
    return StepPlot(PlotCard(translate("StepPlots", "Loss on real images"), hint, curves), rows)


def gradient_plot() -> StepPlot:
    """Create the plot of the norm of the poster gradient and the clip level."""
    rows = StepRows(
        ("step", "gradient_norm", "clip_level"),
        lambda report, _previous: (report.step, report.gradient_norm, report.clip_level),
    )
    lines = (
        LineSpec("gradient_norm", translate("StepPlots", "norm"), lambda colors: colors.accent, width_px=1),
        LineSpec(
            "clip_level",
            translate("StepPlots", "clip level"),
            lambda colors: colors.second,
            style=Qt.PenStyle.DashLine,
        ),
    )
    latest = translate("StepPlots", "clip at <b>%s</b>")
    curves = StepLines(rows, lines, lambda last: rich_text(latest, format_number(last["clip_level"])))
    hint = translate(
        "StepPlots",
        "Norm of the poster gradient before clipping. Larger gradients are scaled down to the clip level.",
    )
    return StepPlot(PlotCard(translate("StepPlots", "Gradient norm"), hint, curves), rows)


def window_plot() -> StepPlot:
    """Create the plot of the start of the differentiated window."""
    rows = StepRows(
        ("step", "undifferentiated", "window"),
        lambda report, _previous: (report.step, report.undifferentiated, report.window),
    )
    hint = translate(
        "StepPlots",
        "Warm-up steps before the differentiated window, for each outer step. "
        "Random window starts fill the plot evenly.",
    )
    title = translate("StepPlots", "Window start")
    return StepPlot(PlotCard(title, hint, WindowDots(rows), can_log=False), rows)


def _loss_row(report: StepReport, previous: Mapping[str, float] | None) -> tuple[float, ...]:
    average = report.loss if previous is None else previous["average"]
    return report.step, report.loss, SMOOTHING * average + (1 - SMOOTHING) * report.loss
