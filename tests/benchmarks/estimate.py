"""How right the estimate is: ``podd estimate`` beside the run it speaks of, each in a process of its own.

``python -m tests.benchmarks.estimate [--config digits] [--steps 60] [--set KEY=VALUE]… [--repeats 3]``
prints a JSON object a repetition on stdout: what was estimated, what the run took, and the ratio of
the two. Asks for the dataset, and says so where it is not here.
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


def podd(*words: str) -> dict[str, Any]:
    """The JSON object that a command prints."""
    done = subprocess.run([*PODD, *words, "--json"], stdout=subprocess.PIPE, text=True, check=True)
    values: dict[str, Any] = json.loads(done.stdout)
    return values


def compare(words: list[str], run: Path) -> dict[str, dict[str, float]]:
    """Estimate a run, make it, and put both side by side."""
    estimate = podd("estimate", *words)
    summary = podd("distill", *words, "--out", str(run))
    events = list(read_events(run / "events.jsonl"))
    steps, evaluations = events_of_type(events, StepReport), events_of_type(events, Evaluation)
    measured = {
        "outer_step_seconds": sum(step.seconds for step in steps) / len(steps),
        "evaluation_seconds": sum(each.seconds for each in evaluations) / len(evaluations),
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
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--config", default="digits")
    parser.add_argument("--steps", type=int, default=60, help="outer steps of the run")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--repeats", type=int, default=1)
    words = parser.parse_args()
    dataset = load_config(words.config).with_overrides(words.set).dataset
    status = dataset_status(dataset.name, dataset.path)
    if not status.available:
        sys.exit(f"left out: {status.problem}")
    chosen = [words.config, "--steps", str(words.steps)]
    for change in words.set:
        chosen += ["--set", change]
    for number in range(words.repeats):
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(compare(chosen, Path(folder) / f"run-{number}")), flush=True)


if __name__ == "__main__":
    main()
