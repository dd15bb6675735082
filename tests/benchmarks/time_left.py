"""How right the time left was during a run: ``python -m tests.benchmarks.time_left RUN [--after 60]``.

Tells the log of a finished run to what tells the window its time left, as if it happened now, and
compares what it says after some seconds of the run with how long the run then really took. Prints
one JSON object.
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
    """What was said ``after`` seconds of outer steps and evaluations, and what came."""
    log = read_events(run.events_path)
    work = [event for event in log if isinstance(event, StepReport | Evaluation)]
    spent = 0.0
    eta = EtaEstimator(run.config, lambda: spent)
    total = sum(event.seconds for event in work)
    for event in work:
        spent += event.seconds
        eta.take(event)
        if spent >= after and isinstance(event, StepReport):
            break
    left = total - spent
    said = eta.seconds_remaining
    if said is None or left <= 0:
        raise SystemExit(f"the run took {total:.0f} s: there is nothing left to tell after {after:.0f} s")
    return {"step": eta.step, "after": spent, "said": said, "took": left, "ratio": round(said / left, 3)}


def main(argv: Sequence[str] | None = None) -> None:
    """Look at one run."""
    parser = argparse.ArgumentParser("time_left", description=__doc__)
    parser.add_argument("run", type=Path, help="directory of a finished run")
    parser.add_argument("--after", type=float, default=60, help="seconds of the run")
    wanted = parser.parse_args(argv)
    print(json.dumps(time_left(RunDirectory.open(wanted.run), wanted.after), indent=2))


if __name__ == "__main__":
    main()
