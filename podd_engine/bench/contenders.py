"""Who is measured: the engine's strategies, and the published loop where its script is at hand."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from podd_engine.config.schema import DistillationConfig

BASELINE = "baseline"
BASELINE_SCRIPT = Path(__file__).parents[2] / "tests" / "benchmarks" / "baseline.py"
"""The published loop, in a checkout; an installation has no tests."""

STRATEGIES: dict[str, dict[str, str]] = {
    "stored": {"strategy": "stored", "precision": "float32", "compile": "off"},
    "replayed": {"strategy": "replayed", "precision": "float32", "compile": "off"},
    "replayed-compiled": {"strategy": "replayed", "precision": "float32", "compile": "on"},
    "auto-compiled": {"strategy": "auto", "precision": "float32", "compile": "on"},
    "tf32": {"strategy": "auto", "precision": "tf32", "compile": "on"},
    "bfloat16": {"strategy": "auto", "precision": "bfloat16", "compile": "on"},
}
"""The engine's contenders, and their settings of ``[compute]``."""

EXACT_FLOAT32 = ("stored", "replayed", "replayed-compiled", "auto-compiled")
COMPILED = tuple(name for name, compute in STRATEGIES.items() if compute["compile"] == "on")

ENGINE = (sys.executable, "-m", "podd_engine.bench.engine_contender")


@dataclass(frozen=True)
class BenchmarkTask:
    """A contender to start.

    Args:
        command: starts its process.
        config: what it works on.
    """

    command: tuple[str, ...]
    config: DistillationConfig


def available_strategies(on_gpu: bool, compiled: bool) -> list[str]:
    """The engine's contenders on such a device; ``compiled`` ones too or not."""
    return [name for name in STRATEGIES if (on_gpu or name != "tf32") and (compiled or name not in COMPILED)]


def baseline_unavailable_reason(script: Path) -> str:
    """Why the published loop cannot be measured, in one line; empty where it can."""
    if not script.is_file():
        return f"{script} is not here; --baseline names the script, which is part of a checkout"
    if find_spec("higher") is None:
        return "it needs the extra 'bench': pip install 'podd-studio[bench]'"
    return ""


def outer_step_tasks(
    config: DistillationConfig, names: Iterable[str], script: Path = BASELINE_SCRIPT
) -> dict[str, BenchmarkTask]:
    """Outer steps under ``config`` of the contenders ``names``, `BASELINE` among them or not."""
    tasks = {}
    for name in names:
        if name == BASELINE:
            values = {"compute.precision": "float32"}
            command: tuple[str, ...] = (sys.executable, str(script))
        else:
            values = {f"compute.{key}": value for key, value in STRATEGIES[name].items()}
            command = (*ENGINE, "outer-step")
        tasks[name] = BenchmarkTask(command, config.with_values(values))
    return tasks


def with_span(config: DistillationConfig, window: int, undifferentiated: int) -> DistillationConfig:
    """``config`` with just these inner steps at every outer step."""
    return config.with_values(
        {
            "truncation.kind": "random",
            "truncation.minimum": undifferentiated,
            "truncation.window": window,
            "truncation.total": undifferentiated + window,
        }
    )
