"""Compare the cost of an outer step between engine and baseline for growing numbers of inner steps.

``python -m tests.benchmarks.cost [--plot FILE]`` prints a Markdown table to stdout and progress to stderr,
and saves a plot. It needs the extra ``bench`` and uses random images. Points that would not fit in memory
are skipped, because the memory of the baseline grows with the window.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
import psutil
from matplotlib import pyplot

from podd_engine.bench.contenders import BASELINE, STRATEGIES, outer_step_tasks, with_span
from podd_engine.bench.interleaving import run_interleaved
from podd_engine.bench.machine import describe_machine, package_versions
from podd_engine.config.schema import DistillationConfig
from podd_engine.progress import ignore_progress
from podd_engine.runs.load_config import load_config

MIN_STEPS, MAX_WINDOW, MAX_TOTAL = 10, 100, 200
MEMORY_SHARE = 0.85
"""Maximum expected memory of a point as a fraction of the free memory."""

COLORS = {BASELINE: "#c2571a", "engine": "#1f6feb"}
TITLES = {BASELINE: "published loop", "engine": "podd"}


class CurvePoint(NamedTuple):
    """Numbers of inner steps in an outer step."""

    undifferentiated: int
    window: int


class Cost(NamedTuple):
    """Median seconds of an outer step, and peak memory of the process after its first outer step."""

    seconds: float
    peak_bytes: int


Curve = dict[CurvePoint, dict[str, Cost]]
"""Costs by point and contender name."""


def curve_points(every: int) -> dict[str, list[CurvePoint]]:
    """Return two series of points: a growing window, and growing warm-up steps before a short window."""
    windows = range(MIN_STEPS, MAX_WINDOW + 1, every)
    totals = range(2 * MIN_STEPS, MAX_TOTAL + 1, 2 * every)
    return {
        "window": [CurvePoint(MIN_STEPS, window) for window in windows],
        "total": [CurvePoint(total - MIN_STEPS, MIN_STEPS) for total in totals],
    }


def fits(curve: Curve, name: str, point: CurvePoint, on_gpu: bool) -> bool:
    """Whether the memory of ``point``, extrapolated from the last two measured points, is available."""
    known = [(other.window, costs[name].peak_bytes) for other, costs in curve.items() if name in costs]
    if on_gpu or len(known) < 2:  # a full GPU raises an error and does not affect other programs
        return True
    (previous_window, previous_bytes), (last_window, last_bytes) = known[-2:]
    windows = last_window - previous_window
    growth = (last_bytes - previous_bytes) / windows if windows > 0 else 0.0
    expected = last_bytes + growth * (point.window - last_window)
    return expected < MEMORY_SHARE * psutil.virtual_memory().available


def measure(
    config: DistillationConfig, points: Sequence[CurvePoint], strategy: str, repeats: int, on_gpu: bool
) -> Curve:
    """Measure a curve. Both contenders take turns at each point, in new processes."""
    curve: Curve = {}
    skipped: set[str] = set()
    for point in points:
        skipped |= {name for name in (BASELINE, strategy) if not fits(curve, name, point, on_gpu)}
        names = [name for name in (BASELINE, strategy) if name not in skipped]
        tasks = outer_step_tasks(with_span(config, point.window, point.undifferentiated), names)
        timings = run_interleaved(
            tasks, repeats, ignore_progress, lambda text: print(f"note: {text}", file=sys.stderr)
        )
        skipped |= timings.left_out.keys()
        curve[point] = {
            name: Cost(seconds, timings.first_repetitions[name].peak_bytes)
            for name, seconds in timings.medians.items()
        }
        summary = ", ".join(f"{name} {cost.seconds:.3g} s" for name, cost in curve[point].items())
        print(
            f"{point.undifferentiated} + {point.window} inner steps: {summary}", file=sys.stderr, flush=True
        )
    return curve


def table(curves: dict[str, Curve], strategy: str) -> Iterator[str]:
    """Yield the curves as lines of a Markdown table."""
    yield "| undifferentiated + window | published loop | podd | speed-up | published loop | podd |"
    yield "|---|---|---|---|---|---|"
    for curve in curves.values():
        for point, costs in curve.items():
            engine, baseline = costs.get(strategy), costs.get(BASELINE)
            ratio = f"{baseline.seconds / engine.seconds:.1f}" if engine and baseline else ""
            cells = [f"{point.undifferentiated} + {point.window}"]
            cells += [f"{cost.seconds:.3g} s" if cost else "–" for cost in (baseline, engine)]
            cells += [ratio]
            cells += [f"{cost.peak_bytes / 2**30:.2f} GiB" if cost else "–" for cost in (baseline, engine)]
            yield f"| {' | '.join(cells)} |"


def plot(path: Path, curves: dict[str, Curve], strategy: str, caption: str) -> None:
    """Plot seconds and memory of both contenders against the window and against all inner steps."""
    mpl.use("Agg")
    mpl.rcParams.update({"axes.spines.top": False, "axes.spines.right": False, "font.size": 10})
    figure, grid = pyplot.subplots(2, 2, figsize=(9, 5.6), sharex="col", sharey="row", layout="constrained")
    labels = {
        "window": f"window (after {MIN_STEPS} undifferentiated steps)",
        "total": f"total inner steps (the last {MIN_STEPS} differentiated)",
    }
    for column, (series_name, curve) in enumerate(curves.items()):
        for name, series in ((BASELINE, BASELINE), (strategy, "engine")):
            points = [(point, costs[name]) for point, costs in curve.items() if name in costs]
            x = [point.window if series_name == "window" else sum(point) for point, _ in points]
            style: dict[str, Any] = {"color": COLORS[series], "marker": "o", "markersize": 4}
            grid[0][column].plot(x, [cost.seconds for _, cost in points], label=TITLES[series], **style)
            grid[1][column].plot(x, [cost.peak_bytes / 2**30 for _, cost in points], **style)
        grid[1][column].set_xlabel(labels[series_name])
    grid[0][0].set_ylabel("seconds per outer step")
    grid[1][0].set_ylabel("peak memory (GiB)")
    grid[0][0].legend(frameon=False)
    for axes in grid.flat:
        axes.set_ylim(bottom=0)
        axes.grid(axis="y", alpha=0.3)
    figure.suptitle(caption, fontsize=10)
    figure.savefig(path, dpi=150)


def main() -> None:
    """Measure the curves, print the table and save the plot."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--config", default="cifar10-0.9ipc")
    parser.add_argument("--real", type=int, default=500, help="real images per outer step")
    parser.add_argument("--repeats", type=int, default=1, help="timed repetitions after an untimed one")
    parser.add_argument("--every", type=int, default=10, help="inner steps between points")
    parser.add_argument("--strategy", choices=STRATEGIES, default="replayed-compiled", help="engine strategy")
    parser.add_argument("--plot", type=Path, default=Path("resources/screenshots/cost.png"))
    arguments = parser.parse_args()
    config = load_config(arguments.config).with_values({"outer.real_batch": arguments.real})
    machine = describe_machine(config.compute)
    on_gpu = not machine["device"].startswith("CPU")
    curves = {
        name: measure(config, points, arguments.strategy, arguments.repeats, on_gpu)
        for name, points in curve_points(arguments.every).items()
    }
    caption = (
        f"{config.name}, {arguments.real} real images, {arguments.strategy}, n = {arguments.repeats}\n"
        f"{machine['processor']}, {machine['device']}, torch {package_versions()['torch']}"
    )
    print("\n".join(table(curves, arguments.strategy)))
    print(f"\n{' · '.join(caption.splitlines())}")
    plot(arguments.plot, curves, arguments.strategy, caption)


if __name__ == "__main__":
    main()
