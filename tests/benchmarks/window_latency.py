"""Measure the responsiveness of the window during a run, and the slowdown of the run by the window.

``python -m tests.benchmarks.window_latency PRESET [--seconds 60] [--rounds 1]`` opens the real window with a
real run on the Run page, and measures the delay of a 10 ms timer and the speed of the run. Before and after
this measurement, the same settings run with ``podd distill`` for half the time. Rounds alternate between
both, because the speed of a machine may vary by more than the slowdown. The program prints one JSON object.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psutil

from podd_engine.config.presets import load_preset
from podd_engine.runs.event_log import events_of_type, read_events
from podd_engine.runtime.events import StepReport

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

TIMER_MS = 10
SETTLING_SECONDS = 3.0
"""Time after the first outer step that is excluded because of first paints and allocations."""

UNREACHED_STEPS = 10**6
"""Number of outer steps that no measurement reaches, so that no run is evaluated or finishes."""


def rate(log: Path, since: float) -> tuple[int, float]:
    """Return the number of outer steps and the steps per second after ``since`` seconds of compute time."""
    seconds = [report.seconds for report in events_of_type(read_events(log), StepReport)]
    elapsed = np.cumsum(seconds)
    counted = [s for s, total in zip(seconds, elapsed, strict=True) if total > since]
    return len(counted), len(counted) / sum(counted)


def rate_without_window(settings: Path, folder: Path, seconds: float) -> float:
    """Return the steps per second of ``podd distill`` in a separate process."""
    run = folder / "alone"
    command = [sys.executable, "-m", "podd_engine.cli", "distill", str(settings), "--out", str(run)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        events = run / "events.jsonl"
        while not (events.exists() and events.stat().st_size):
            if process.poll() is not None:
                assert process.stderr is not None
                message = process.stderr.read().decode()
                raise RuntimeError(f"podd distill ended before its first step: {message}")
            time.sleep(0.1)
        time.sleep(SETTLING_SECONDS + seconds)
        process.terminate()
        process.wait()
    speed = rate(events, SETTLING_SECONDS)[1]
    events.unlink()
    run.rename(folder / f"alone-{time.monotonic_ns()}")
    return speed


def measure_window(
    app: "QApplication", settings: Path, folder: Path, seconds: float
) -> tuple[list[float], int, float]:
    """Return timer delays (ms), number of outer steps, and steps per second of a run in the window."""
    from PySide6.QtCore import Qt, QTimer

    from podd_app.application import create_main_window
    from podd_app.models.run_status import Phase

    window = create_main_window(settings)
    session = window.session
    session.set_runs_folder(folder)
    window.resize(1280, 800)
    window.show()
    late_ms: list[float] = []
    timeouts: list[float] = []

    def record_delay() -> None:
        now = time.perf_counter()
        if timeouts:
            late_ms.append(1000 * (now - timeouts[-1]) - TIMER_MS)
        timeouts.append(now)

    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=TIMER_MS)
    timer.timeout.connect(record_delay)

    def measure() -> None:
        session.run_history.steps_reported.disconnect(measure)
        QTimer.singleShot(int(1000 * SETTLING_SECONDS), timer.start)
        QTimer.singleShot(int(1000 * (SETTLING_SECONDS + seconds)), finish)

    def finish() -> None:
        timer.stop()
        session.stop()

    def on_run_changed() -> None:
        if session.run.phase.has_ended:
            app.quit()

    session.run_history.steps_reported.connect(measure)
    session.run_changed.connect(on_run_changed)
    session.start()
    app.exec()
    if session.run.phase is not Phase.STOPPED or session.run.path is None:
        raise RuntimeError(f"the run in the window ended as {session.run.phase}")
    steps, speed = rate(session.run.path / "events.jsonl", SETTLING_SECONDS)
    window.close()
    return late_ms, steps, speed


def main(argv: Sequence[str] | None = None) -> None:
    """Measure one preset and print JSON."""
    parser = argparse.ArgumentParser("window_latency", description=__doc__)
    parser.add_argument("preset", help="name of a preset")
    parser.add_argument(
        "--seconds", type=float, default=60, help="duration of a measurement with the window, s"
    )
    parser.add_argument("--rounds", type=int, default=1, help="number of measurements with the window")
    parser.add_argument(
        "--threads", type=int, default=0, help="CPU threads of torch, 0 for the engine's default"
    )
    options = parser.parse_args(argv)
    config = load_preset(options.preset).with_values(
        {
            "outer.steps": UNREACHED_STEPS,
            "evaluation.every": UNREACHED_STEPS,
            "compute.threads": options.threads,
        }
    )
    with tempfile.TemporaryDirectory() as home:
        os.environ["XDG_CONFIG_HOME"] = str(Path(home) / "config")
        settings = Path(home) / f"{options.preset}.toml"
        settings.write_text(config.to_toml())
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        from podd_app.application import create_application

        app = create_application(["podd-app"])
        late_ms: list[float] = []
        with_window: list[float] = []
        steps = 0
        without_window = [rate_without_window(settings, Path(home), options.seconds / 2)]
        for _ in range(options.rounds):
            delays, step_count, speed = measure_window(app, settings, Path(home), options.seconds)
            late_ms += delays
            steps += step_count
            with_window.append(speed)
            without_window.append(rate_without_window(settings, Path(home), options.seconds / 2))
    late_ms = np.maximum(0, late_ms).tolist()
    result = {
        "preset": options.preset,
        "seconds": options.seconds,
        "late_ms_p50": round(float(np.percentile(late_ms, 50)), 2),
        "late_ms_p95": round(float(np.percentile(late_ms, 95)), 2),
        "late_ms_max": round(float(np.max(late_ms)), 2),
        "timer_events": len(late_ms),
        "steps": steps,
        "window_steps_per_second": with_window,
        "alone_steps_per_second": without_window,
        "window_over_alone": round(float(np.mean(with_window) / np.mean(without_window)), 3),
        "cores": psutil.cpu_count(logical=False),
        "load": [round(load, 2) for load in os.getloadavg()],
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
