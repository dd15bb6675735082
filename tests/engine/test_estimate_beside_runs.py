"""What ``podd estimate`` says beside what ``podd distill`` then takes, each in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

from podd_engine.config.presets import load_preset
from podd_engine.data.registry import dataset_status

ROOT = Path(__file__).parents[2]
WRONG_AT_MOST = 0.25
PAIRS = 4
"""Estimates with their runs, at most; another load on the machine may be under way during one."""


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("preset", "steps", "changes"),
    [("digits", 100, ()), ("cifar10-laptop", 20, ("evaluation.every=20",))],
)
def test_every_figure_is_right_to_a_quarter(preset: str, steps: int, changes: tuple[str, ...]) -> None:
    dataset = load_preset(preset).dataset
    status = dataset_status(dataset.name, dataset.path)
    if not status.available:
        pytest.skip(f"{dataset.name} is not here: {status.problem}")
    command = [sys.executable, "-m", "tests.benchmarks.estimate", "--config", preset, "--steps", str(steps)]
    for change in changes:
        command += ["--set", change]
    ratios: list[dict[str, float]] = []
    for _ in range(PAIRS):
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
        ratios.append(json.loads(done.stdout)["ratio"])
        middle = {name: median(each[name] for each in ratios) for name in ratios[0]}
        if all(abs(ratio - 1) <= WRONG_AT_MOST for ratio in middle.values()):
            return
    pytest.fail(f"estimated over measured, medians of {PAIRS}: {middle}")
