"""Contenders of the benchmark: the engine's strategies and the published implementation."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from podd_engine.config.schema import DistillationConfig

BASELINE = "baseline"
BASELINE_SCRIPT = Path(__file__).parents[2] / "tests" / "benchmarks" / "baseline.py"
"""Script of the published implementation. It exists only in a source checkout."""

STRATEGIES: dict[str, dict[str, str]] = {
    "stored": {"strategy": "stored", "precision": "float32", "compile": "off"},
    "replayed": {"strategy": "replayed", "precision": "float32", "compile": "off"},
    "replayed-compiled": {"strategy": "replayed", "precision": "float32", "compile": "on"},
    "auto-compiled": {"strategy": "auto", "precision": "float32", "compile": "on"},
    "tf32": {"strategy": "auto", "precision": "tf32", "compile": "on"},
    "bfloat16": {"strategy": "auto", "precision": "bfloat16", "compile": "on"},
}
"""The engine's contenders and their ``[compute]`` settings."""

EXACT_FLOAT32 = ("stored", "replayed", "replayed-compiled", "auto-compiled")
COMPILED = tuple(name for name, compute in STRATEGIES.items() if compute["compile"] == "on")

ENGINE_COMMAND = (sys.executable, "-m", "podd_engine.bench.engine_contender")


@dataclass(frozen=True)
class BenchmarkTask:
    """Command and config of a contender.

    Args:
        command: command line that starts the process.
        config: config to measure.
    """

    command: tuple[str, ...]
    config: DistillationConfig


def available_strategies(on_gpu: bool, compiled: bool) -> list[str]:
    """List the engine's contenders for a device type, with or without the compiled ones."""
    return [name for name in STRATEGIES if (on_gpu or name != "tf32") and (compiled or name not in COMPILED)]


def baseline_unavailable_reason(script: Path) -> str:
    """Return the reason why the baseline cannot be measured, in one line. Empty if it can be measured."""
    if not script.is_file():
        return f"{script} does not exist; set --baseline to the script in a source checkout"
    if find_spec("higher") is None:
        return "the package 'higher' is not installed; run pip install 'podd-studio[bench]'"
    return ""


def outer_step_tasks(
    config: DistillationConfig, names: Iterable[str], script: Path = BASELINE_SCRIPT
) -> dict[str, BenchmarkTask]:
    """Create a task for one outer step per contender.

    Args:
        config: config to measure.
        names: contenders, keys of `STRATEGIES` or `BASELINE`.
        script: script of the baseline.
    """
    tasks = {}
    for name in names:
        if name == BASELINE:
            values = {"compute.precision": "float32"}
            command: tuple[str, ...] = (sys.executable, str(script))
        else:
            values = {f"compute.{key}": value for key, value in STRATEGIES[name].items()}
            command = (*ENGINE_COMMAND, "outer-step")
        tasks[name] = BenchmarkTask(command, config.with_values(values))
    return tasks


def with_span(config: DistillationConfig, window: int, undifferentiated: int) -> DistillationConfig:
    """Return ``config`` with the same number of inner steps in every outer step.

    Args:
        config: config to change.
        window: inner steps in the differentiated window.
        undifferentiated: inner steps before the window.
    """
    return config.with_values(
        {
            "truncation.kind": "random",
            "truncation.minimum": undifferentiated,
            "truncation.window": window,
            "truncation.total": undifferentiated + window,
        }
    )
