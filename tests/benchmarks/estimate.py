"""Compare the estimate of ``podd estimate`` with the actual run, in separate processes.

``python -m tests.benchmarks.estimate [--config digits] [--steps 60] [--set KEY=VALUE]… [--repeats 3]``
prints one JSON object per repetition: the estimate, the measured values, and their ratio. The program exits
with a message if the dataset is not available.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from podd_engine.data.registry import dataset_status
from podd_engine.runs.event_log import events_of_type, read_events
from podd_engine.runs.load_config import load_config
from podd_engine.runtime.events import Evaluation, StepReport

PODD = (sys.executable, "-m", "podd_engine.cli")


def podd(*arguments: str) -> dict[str, Any]:
    """Run a ``podd`` command and return its JSON output."""
    completed = subprocess.run([*PODD, *arguments, "--json"], stdout=subprocess.PIPE, text=True, check=True)
    values: dict[str, Any] = json.loads(completed.stdout)
    return values


def compare(arguments: list[str], run: Path) -> dict[str, dict[str, float]]:
    """Estimate a run, execute the run, and compare the values."""
    estimate = podd("estimate", *arguments)
    summary = podd("distill", *arguments, "--out", str(run))
    events = list(read_events(run / "events.jsonl"))
    steps, evaluations = events_of_type(events, StepReport), events_of_type(events, Evaluation)
    measured = {
        "outer_step_seconds": sum(step.seconds for step in steps) / len(steps),
        "evaluation_seconds": sum(event.seconds for event in evaluations) / len(evaluations),
        "seconds": summary["seconds"],
        "peak_memory_bytes": summary["peak_memory_bytes"],
        "disk_bytes": sum(path.stat().st_size for path in run.rglob("*") if path.is_file()),
    }
    return {
        "estimated": {name: estimate[name] for name in measured},
        "measured": measured,
        "ratio": {name: round(estimate[name] / value, 3) for name, value in measured.items()},
    }


def main() -> None:
    """Compare one config as often as requested, and print the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--config", default="digits")
    parser.add_argument("--steps", type=int, default=60, help="outer steps of the run")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--repeats", type=int, default=1)
    options = parser.parse_args()
    dataset = load_config(options.config).with_overrides(options.set).dataset
    status = dataset_status(dataset.name, dataset.path)
    if not status.available:
        sys.exit(f"{dataset.name} is not available: {status.problem}")
    arguments = [options.config, "--steps", str(options.steps)]
    for change in options.set:
        arguments += ["--set", change]
    for number in range(options.repeats):
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(compare(arguments, Path(folder) / f"run-{number}")), flush=True)


if __name__ == "__main__":
    main()
