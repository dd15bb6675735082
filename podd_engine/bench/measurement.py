"""Measurement of ``podd bench``: time of an outer step, memory per window step, time of an evaluation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from podd_engine.bench.contenders import (
    BASELINE,
    COMPILED,
    ENGINE_COMMAND,
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
"""Strategy whose memory per window step is reported."""

LONG_WINDOW_FACTORS = {BASELINE: 2, LOW_MEMORY_STRATEGY: 6, "replayed-compiled": 6}
"""Contenders whose memory is also measured with a longer window, and the factor for the window length.

The factor is large enough to exceed the allocator's noise, and small enough that the published
implementation fits in memory."""

EVALUATION_STEPS = 5
"""Maximum number of training steps in the measured evaluation. The time is proportional to the steps."""


@dataclass(frozen=True)
class Benchmark:
    """Benchmark of all contenders.

    Args:
        config: config to measure, with a constant number of inner steps per outer step.
        names: contenders, keys of `contenders.STRATEGIES` or `BASELINE`.
        baseline_script: script of the published implementation.
        repeats: number of timed repetitions, ≥ 1.
        report: receives the progress.
        notify: receives one line for each contender that fails.
    """

    config: DistillationConfig
    names: Sequence[str]
    baseline_script: Path
    repeats: int
    report: ProgressCallback
    notify: NotifyCallback

    def run(self) -> dict[str, Any]:
        """Run the benchmark.

        Returns:
            Content of ``podd bench --json`` without the description of the machine.

        Raises:
            PoddError: all contenders of the engine failed.
        """
        truncation = self.config.truncation
        tasks = outer_step_tasks(self.config, self.names, self.baseline_script)
        timings = run_interleaved(tasks, self.repeats, self.report, self.notify)
        medians = timings.medians
        baseline = medians.get(BASELINE)
        seconds = {name: value for name, value in medians.items() if name != BASELINE}
        if not seconds:
            name, reason = timings.left_out.popitem()
            raise PoddError(f"no strategy completed an outer step; {name}: {reason}")
        exact = [seconds[name] for name in EXACT_FLOAT32 if name in seconds]
        peaks = {name: {truncation.window: timings.first_repetitions[name].peak_bytes} for name in medians}
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
            "repetitions": timings.seconds,
            "compile_seconds": {
                name: max(0.0, timings.first_repetitions[name].seconds - seconds[name])
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
            "left_out": timings.left_out,
        }

    def _peak_with_longer_window(self, name: str) -> dict[int, int]:
        """Measure the peak memory of one outer step with a longer window.

        Returns:
            Peak memory by window length. Empty if the contender fails.
        """
        truncation = self.config.truncation
        window = truncation.window * LONG_WINDOW_FACTORS[name]
        config = with_span(self.config, window, truncation.minimum)
        tasks = {f"{name}, window {window}": outer_step_tasks(config, [name], self.baseline_script)[name]}
        first_repetitions = run_interleaved(tasks, 0, self.report, self.notify).first_repetitions
        return {window: first.peak_bytes for first in first_repetitions.values()}  # noqa: B035 - one or none

    def _evaluation_timings(self) -> dict[str, Any]:
        """Measure the first steps of an evaluation: networks in parallel, one by one, one by one eagerly."""
        settings = self.config.evaluation
        steps = min(settings.steps[0], EVALUATION_STEPS)
        compiled = "on" if any(name in COMPILED for name in self.names) else "off"
        variants = {
            "together": ("evaluation-together", compiled),
            "one_by_one": ("evaluation-one-by-one", compiled),
            "one_by_one_eager": ("evaluation-one-by-one", "off"),
        }
        tasks = {}
        for name, (workload, compile_) in variants.items():
            config = self.config.with_values({"evaluation.steps": [steps], "compute.compile": compile_})
            tasks[name] = BenchmarkTask((*ENGINE_COMMAND, workload), config)
        medians = run_interleaved(tasks, self.repeats, self.report, self.notify).medians
        return {
            "evaluation_seconds": {name: medians.get(name) for name in tasks},
            "evaluation_networks": settings.networks,
            "evaluation_steps": steps,
        }


def _ratio(slow: float | None, fast: float | None) -> float | None:
    return slow / fast if slow is not None and fast is not None else None


def _bytes_per_step(peaks: Mapping[int, int]) -> float | None:
    """Return the growth of the peak memory per window step. None without measurements of two windows."""
    if len(peaks) < 2:
        return None
    (short_window, short_peak), (long_window, long_peak) = sorted(peaks.items())
    return (long_peak - short_peak) / (long_window - short_window)
