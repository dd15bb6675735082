"""Compare the predicted remaining time of a run with the actual time.

``python -m tests.benchmarks.time_left RUN [--after 60]`` replays the log of a finished run in the estimator
that the window uses. After the given seconds of compute time, the program compares the estimator's
prediction with the actual remaining time, and prints one JSON object.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from podd_engine.runs.directory import RunDirectory
from podd_engine.runs.eta import EtaEstimator
from podd_engine.runs.event_log import read_events
from podd_engine.runtime.events import Evaluation, StepReport


def time_left(run: RunDirectory, after: float) -> dict[str, Any]:
    """Compare prediction and actual time after ``after`` seconds of outer steps and evaluations."""
    log = read_events(run.events_path)
    events = [event for event in log if isinstance(event, StepReport | Evaluation)]
    elapsed = 0.0
    eta = EtaEstimator(run.config, lambda: elapsed)
    total = sum(event.seconds for event in events)
    for event in events:
        elapsed += event.seconds
        eta.add_event(event)
        if elapsed >= after and isinstance(event, StepReport):
            break
    actual = total - elapsed
    predicted = eta.seconds_remaining
    if predicted is None or actual <= 0:
        raise SystemExit(f"the run took only {total:.0f} s; use --after with less than {total:.0f}")
    return {
        "step": eta.step,
        "after": elapsed,
        "said": predicted,
        "took": actual,
        "ratio": round(predicted / actual, 3),
    }


def main(argv: Sequence[str] | None = None) -> None:
    """Analyze one run and print JSON."""
    parser = argparse.ArgumentParser("time_left", description=__doc__)
    parser.add_argument("run", type=Path, help="directory of a finished run")
    parser.add_argument("--after", type=float, default=60, help="compute time before the prediction, s")
    arguments = parser.parse_args(argv)
    print(json.dumps(time_left(RunDirectory.open(arguments.run), arguments.after), indent=2))


if __name__ == "__main__":
    main()
