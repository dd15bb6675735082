"""Comparison of ``podd estimate`` with the actual cost of ``podd distill``."""

import json
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

from podd_engine.config.presets import load_preset
from podd_engine.data.registry import dataset_status

ROOT = Path(__file__).parents[2]
MAX_RELATIVE_ERROR = 0.25
MAX_PAIRS = 4
"""Maximum number of estimates with their runs. Other programs may disturb some of the measurements."""


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("preset", "steps", "changes"),
    [("digits", 100, ()), ("cifar10-laptop", 20, ("evaluation.every=20",))],
)
def test_estimates_are_within_25_percent(preset: str, steps: int, changes: tuple[str, ...]) -> None:
    dataset = load_preset(preset).dataset
    status = dataset_status(dataset.name, dataset.path)
    if not status.available:
        pytest.skip(f"{dataset.name} is not available: {status.problem}")
    command = [sys.executable, "-m", "tests.benchmarks.estimate", "--config", preset, "--steps", str(steps)]
    for change in changes:
        command += ["--set", change]
    ratios: list[dict[str, float]] = []
    for _ in range(MAX_PAIRS):
        completed = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
        ratios.append(json.loads(completed.stdout)["ratio"])
        medians = {name: median(pair[name] for pair in ratios) for name in ratios[0]}
        if all(abs(ratio - 1) <= MAX_RELATIVE_ERROR for ratio in medians.values()):
            return
    pytest.fail(f"estimated / measured, medians of {MAX_PAIRS}: {medians}")
