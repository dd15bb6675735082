"""What ``podd bench`` measures: seconds of an outer step, memory a window step, an evaluation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from podd_engine.bench.contenders import (
    BASELINE,
    COMPILED,
    ENGINE,
    EXACT_FLOAT32,
    BenchmarkTask,
    outer_step_tasks,
    with_span,
)
from podd_engine.bench.interleaving import NotifyCallback, run_interleaved
from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import PoddError
from podd_engine.progress import ProgressCallback

LOW_MEMORY_STRATEGY = "replayed"
"""The strategy whose memory a window step is told."""

LONG_WINDOW_FACTORS = {BASELINE: 2, LOW_MEMORY_STRATEGY: 6, "replayed-compiled": 6}
"""Whose memory is measured at a longer window too, and how many times longer: enough to stand out of
an allocator's noise, and for the published loop not more than fits."""

EVALUATION_STEPS = 5
"""Training steps of the networks of an evaluation: a part says how long the whole takes."""


@dataclass(frozen=True)
class Benchmark:
    """A whole measurement.

    Args:
        config: what is distilled; its truncation is one span, its real batch the one to measure at.
        names: contenders, keys of `contenders.STRATEGIES` and `BASELINE`.
        script: the published loop.
        repeats: timed repetitions, ≥ 1.
        report: receives progress.
        note: receives a line for each contender that fails.
    """

    config: DistillationConfig
    names: Sequence[str]
    baseline_script: Path
    repeats: int
    report: ProgressCallback
    notify: NotifyCallback

    def run(self) -> dict[str, Any]:
        """Measure, and return what ``podd bench --json`` prints, less where it was measured.

        Raises:
            PoddError: all of the engine's contenders failed.
        """
        truncation = self.config.truncation
        tasks = outer_step_tasks(self.config, self.names, self.baseline_script)
        timing = run_interleaved(tasks, self.repeats, self.report, self.notify)
        medians = timing.medians
        baseline = medians.get(BASELINE)
        seconds = {name: value for name, value in medians.items() if name != BASELINE}
        if not seconds:
            name, reason = timing.left_out.popitem()
            raise PoddError(f"no strategy finished an outer step; {name}: {reason}")
        exact = [seconds[name] for name in EXACT_FLOAT32 if name in seconds]
        peaks = {name: {truncation.window: timing.first[name].peak_bytes} for name in medians}
        for name in (name for name in LONG_WINDOW_FACTORS if name in medians):
            peaks[name] |= self._peak_with_longer_window(name)
        return {
            "config": self.config.name,
            "window": truncation.window,
            "undifferentiated": truncation.minimum,
            "real": self.config.outer.real_batch,
            "n": self.repeats,
            "baseline_seconds": baseline,
            "seconds": seconds,
            "repetitions": timing.seconds,
            "compile_seconds": {
                name: max(0.0, timing.first[name].seconds - seconds[name])
                for name in COMPILED
                if name in seconds
            },
            "speedup": _ratio(baseline, min(exact, default=None)),
            "speedup_tf32": _ratio(baseline, seconds.get("tf32")),
            "speedup_bfloat16": _ratio(baseline, seconds.get("bfloat16")),
            "baseline_bytes_per_window_step": _bytes_per_step(peaks.get(BASELINE, {})),
            "bytes_per_window_step": _bytes_per_step(peaks.get(LOW_MEMORY_STRATEGY, {})),
            "peak_bytes": peaks,
            **self._evaluation_timings(),
            "left_out": timing.left_out,
        }

    def _peak_with_longer_window(self, name: str) -> dict[int, int]:
        """Peak memory of a first outer step with a longer window, by that window; empty if it fails."""
        truncation = self.config.truncation
        window = truncation.window * LONG_WINDOW_FACTORS[name]
        config = with_span(self.config, window, truncation.minimum)
        tasks = {f"{name}, window {window}": outer_step_tasks(config, [name], self.baseline_script)[name]}
        timing = run_interleaved(tasks, 0, self.report, self.notify)
        return {window: first.peak_bytes for first in timing.first.values()}  # noqa: B035 - one or none

    def _evaluation_timings(self) -> dict[str, Any]:
        """Seconds of the first steps of an evaluation: its networks at once, one by one, and eagerly so."""
        settings = self.config.evaluation
        steps = min(settings.steps[0], EVALUATION_STEPS)
        compiled = "on" if any(name in COMPILED for name in self.names) else "off"
        ways = {
            "together": ("together", compiled),
            "one_by_one": ("one-by-one", compiled),
            "one_by_one_eager": ("one-by-one", "off"),
        }
        tasks = {}
        for name, (way, compile_) in ways.items():
            config = self.config.with_values({"evaluation.steps": [steps], "compute.compile": compile_})
            tasks[name] = BenchmarkTask((*ENGINE, f"evaluation-{way}"), config)
        medians = run_interleaved(tasks, self.repeats, self.report, self.notify).medians
        return {
            "evaluation_seconds": {name: medians.get(name) for name in tasks},
            "evaluation_networks": settings.networks,
            "evaluation_steps": steps,
        }


def _ratio(slow: float | None, fast: float | None) -> float | None:
    return slow / fast if slow is not None and fast is not None else None


def _bytes_per_step(peaks: Mapping[int, int]) -> float | None:
    """Growth of the peak between two windows, for each step between them; None without both."""
    if len(peaks) < 2:
        return None
    (short, least), (long, most) = sorted(peaks.items())
    return (most - least) / (long - short)
