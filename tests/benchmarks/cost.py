"""What an outer step costs as its window grows, and as its inner training does: published loop and engine.

``python -m tests.benchmarks.cost [--plot FILE]`` needs the extra ``bench``; prints a Markdown table,
progress on stderr, and draws the plot. Random images stand in for the dataset. A point whose memory
would not fit is left out: the published loop's grows with the window.
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
from podd_engine.bench.machine import machine, versions
from podd_engine.config.schema import DistillationConfig
from podd_engine.progress import ignore_progress
from podd_engine.runs.load_config import load_config

LEAST, MOST_WINDOW, MOST_TOTAL = 10, 100, 200
MEMORY_SHARE = 0.85
"""Share of the memory that is free that a point may be expected to fill."""

COLORS = {BASELINE: "#c2571a", "engine": "#1f6feb"}
TITLES = {BASELINE: "published loop", "engine": "podd"}


class Span(NamedTuple):
    """Inner steps of an outer step: a point of a curve."""

    undifferentiated: int
    window: int


class Cost(NamedTuple):
    """What a point cost: median seconds of an outer step, and the peak memory of the first of its process."""

    seconds: float
    peak_bytes: int


Curve = dict[Span, dict[str, Cost]]
"""Costs by point and contender, `BASELINE` or engine."""


def spans(every: int) -> dict[str, list[Span]]:
    """Points by what grows: the window, or all inner steps around a window of `LEAST`."""
    windows = range(LEAST, MOST_WINDOW + 1, every)
    totals = range(2 * LEAST, MOST_TOTAL + 1, 2 * every)
    return {
        "window": [Span(LEAST, window) for window in windows],
        "total": [Span(total - LEAST, LEAST) for total in totals],
    }


def fits(curve: Curve, name: str, span: Span, on_gpu: bool) -> bool:
    """Whether the memory of ``span``, on a line through the last two points, is there."""
    known = [(other.window, costs[name].peak_bytes) for other, costs in curve.items() if name in costs]
    if on_gpu or len(known) < 2:  # a GPU says when it is full, and harms nobody
        return True
    (window, memory), (longer, more) = known[-2:]
    growth = (more - memory) / (longer - window) if longer > window else 0.0
    return more + growth * (span.window - longer) < MEMORY_SHARE * psutil.virtual_memory().available


def measure(
    config: DistillationConfig, points: Sequence[Span], strategy: str, repeats: int, on_gpu: bool
) -> Curve:
    """A curve; both contenders take turns at each point, in fresh processes."""
    curve: Curve = {}
    dropped: set[str] = set()
    for span in points:
        dropped |= {name for name in (BASELINE, strategy) if not fits(curve, name, span, on_gpu)}
        names = [name for name in (BASELINE, strategy) if name not in dropped]
        tasks = outer_step_tasks(with_span(config, span.window, span.undifferentiated), names)
        timing = run_interleaved(
            tasks, repeats, ignore_progress, lambda text: print(f"note: {text}", file=sys.stderr)
        )
        dropped |= timing.left_out.keys()
        curve[span] = {
            name: Cost(seconds, timing.first[name].peak_bytes) for name, seconds in timing.medians.items()
        }
        told = ", ".join(f"{name} {cost.seconds:.3g} s" for name, cost in curve[span].items())
        print(f"{span.undifferentiated} + {span.window} inner steps: {told}", file=sys.stderr, flush=True)
    return curve


def table(curves: dict[str, Curve], strategy: str) -> Iterator[str]:
    """The curves as lines of Markdown."""
    yield "| undifferentiated + window | published loop | podd | speed-up | published loop | podd |"
    yield "|---|---|---|---|---|---|"
    for curve in curves.values():
        for span, costs in curve.items():
            ours, theirs = costs.get(strategy), costs.get(BASELINE)
            ratio = f"{theirs.seconds / ours.seconds:.1f}" if ours and theirs else ""
            cells = [f"{span.undifferentiated} + {span.window}"]
            cells += [f"{cost.seconds:.3g} s" if cost else "–" for cost in (theirs, ours)]
            cells += [ratio]
            cells += [f"{cost.peak_bytes / 2**30:.2f} GiB" if cost else "–" for cost in (theirs, ours)]
            yield f"| {' | '.join(cells)} |"


def plot(path: Path, curves: dict[str, Curve], strategy: str, caption: str) -> None:
    """Draw seconds and memory, of both contenders, over the window and over all inner steps."""
    mpl.use("Agg")
    mpl.rcParams.update({"axes.spines.top": False, "axes.spines.right": False, "font.size": 10})
    figure, grid = pyplot.subplots(2, 2, figsize=(9, 5.6), sharex="col", sharey="row", layout="constrained")
    labels = {
        "window": f"window (after {LEAST} undifferentiated steps)",
        "total": f"inner steps in all (the last {LEAST} differentiated)",
    }
    for column, (what, curve) in enumerate(curves.items()):
        for name, series in ((BASELINE, BASELINE), (strategy, "engine")):
            points = [(span, costs[name]) for span, costs in curve.items() if name in costs]
            x = [span.window if what == "window" else sum(span) for span, _ in points]
            style: dict[str, Any] = {"color": COLORS[series], "marker": "o", "markersize": 4}
            grid[0][column].plot(x, [cost.seconds for _, cost in points], label=TITLES[series], **style)
            grid[1][column].plot(x, [cost.peak_bytes / 2**30 for _, cost in points], **style)
        grid[1][column].set_xlabel(labels[what])
    grid[0][0].set_ylabel("seconds an outer step")
    grid[1][0].set_ylabel("peak memory, GiB")
    grid[0][0].legend(frameon=False)
    for axes in grid.flat:
        axes.set_ylim(bottom=0)
        axes.grid(axis="y", alpha=0.3)
    figure.suptitle(caption, fontsize=10)
    figure.savefig(path, dpi=150)


def main() -> None:
    """Measure, print, draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--config", default="cifar10-0.9ipc")
    parser.add_argument("--real", type=int, default=500, help="real images an outer step")
    parser.add_argument("--repeats", type=int, default=1, help="timed repetitions after an untimed one")
    parser.add_argument("--every", type=int, default=10, help="window steps between points")
    parser.add_argument("--strategy", choices=STRATEGIES, default="replayed-compiled", help="the engine's")
    parser.add_argument("--plot", type=Path, default=Path("resources/screenshots/cost.png"))
    words = parser.parse_args()
    config = load_config(words.config).with_values({"outer.real_batch": words.real})
    where = machine(config.compute)
    on_gpu = not where["device"].startswith("CPU")
    curves = {
        what: measure(config, points, words.strategy, words.repeats, on_gpu)
        for what, points in spans(words.every).items()
    }
    caption = (
        f"{config.name}, {words.real} real images, {words.strategy}, n = {words.repeats}\n"
        f"{where['processor']}, {where['device']}, torch {versions()['torch']}"
    )
    print("\n".join(table(curves, words.strategy)))
    print(f"\n{' · '.join(caption.splitlines())}")
    plot(words.plot, curves, words.strategy, caption)


if __name__ == "__main__":
    main()
