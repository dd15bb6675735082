"""Plots of what every outer step reports: loss, gradient norm, where the window started."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt

from podd_app.pages.run.curve_protocol import format_number
from podd_app.pages.run.plot_card import PlotCard
from podd_app.pages.run.step_lines import LineSpec, StepLines
from podd_app.pages.run.step_rows import StepRows
from podd_app.pages.run.window_dots import WindowDots
from podd_engine.runtime.events import StepReport

SMOOTHING = 0.9
"""Decay of the average that the strong line of the loss follows."""

_FAINT = 0.5

translate = QCoreApplication.translate


@dataclass(frozen=True)
class StepPlot:
    """A plot on its card, and the rows it is drawn from."""

    card: PlotCard
    rows: StepRows


def loss_plot() -> StepPlot:
    """Loss on real images: each step faint, their running average strong."""
    rows = StepRows(("step", "loss", "average"), _loss_row)
    lines = (
        LineSpec("loss", translate("StepPlots", "this step"), lambda colors: colors.muted, _FAINT, 1),
        LineSpec("average", translate("StepPlots", "average"), lambda colors: colors.accent),
    )
    curves = StepLines(rows, lines, lambda last: f"<b>{format_number(last['average'])}</b>")
    hint = translate(
        "StepPlots",
        "Cross-entropy (nats) on a batch of real images after the window, before the poster's update; "
        "the strong line is its running average",
    )
    return StepPlot(PlotCard(translate("StepPlots", "Loss on real images"), hint, curves), rows)


def gradient_plot() -> StepPlot:
    """Norm of the poster's gradient, and where it is clipped."""
    rows = StepRows(
        ("step", "gradient_norm", "clip_level"),
        lambda report, before: (report.step, report.gradient_norm, report.clip_level),
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
    words = translate("StepPlots", "clip at <b>%s</b>")
    curves = StepLines(rows, lines, lambda last: words % format_number(last["clip_level"]))
    hint = translate(
        "StepPlots",
        "Norm of the poster's gradient before clipping; above the clip level it is scaled down to it",
    )
    return StepPlot(PlotCard(translate("StepPlots", "Gradient norm"), hint, curves), rows)


def window_plot() -> StepPlot:
    """Where the differentiated window started."""
    rows = StepRows(
        ("step", "undifferentiated", "window"),
        lambda report, before: (report.step, report.undifferentiated, report.window),
    )
    hint = translate(
        "StepPlots",
        "Inner steps trained before the differentiated window, for each outer step; drawn at random, "
        "dots fill the whole height evenly",
    )
    title = translate("StepPlots", "Window start")
    return StepPlot(PlotCard(title, hint, WindowDots(rows), can_log=False), rows)


def _loss_row(report: StepReport, before: Mapping[str, float] | None) -> tuple[float, ...]:
    average = report.loss if before is None else before["average"]
    return report.step, report.loss, SMOOTHING * average + (1 - SMOOTHING) * report.loss
