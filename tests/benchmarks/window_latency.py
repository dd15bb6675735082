"""How smooth the window stays while a run goes on, and what the window costs the run.

``python -m tests.benchmarks.window_latency PRESET [--seconds 60] [--rounds 1]`` opens the real window
with a real run in the Run place, and measures how late a 10 ms timer fires and how fast the run is;
before and after it, the same settings run under ``podd distill`` for half as long. More rounds take
turns, as a machine may drift by more than the window costs. Prints one JSON object.
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
"""Time after the first outer step that is not measured: first paints, first allocations."""

NEVER = 10**6
"""Outer steps that no measurement reaches, so that neither side is evaluated or finishes."""


def rate(log: Path, since: float) -> tuple[int, float]:
    """Outer steps and steps a second of a run's log, leaving out its first ``since`` seconds of steps."""
    seconds = [report.seconds for report in events_of_type(read_events(log), StepReport)]
    spent = np.cumsum(seconds)
    counted = [s for s, total in zip(seconds, spent, strict=True) if total > since]
    return len(counted), len(counted) / sum(counted)


def alone(settings: Path, folder: Path, seconds: float) -> float:
    """Steps a second of ``podd distill`` in a process of its own."""
    run = folder / "alone"
    command = [sys.executable, "-m", "podd_engine.cli", "distill", str(settings), "--out", str(run)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        events = run / "events.jsonl"
        while not (events.exists() and events.stat().st_size):
            if process.poll() is not None:
                assert process.stderr is not None
                said = process.stderr.read().decode()
                raise RuntimeError(f"podd distill ended before its first step: {said}")
            time.sleep(0.1)
        time.sleep(SETTLING_SECONDS + seconds)
        process.terminate()
        process.wait()
    speed = rate(events, SETTLING_SECONDS)[1]
    events.unlink()
    run.rename(folder / f"alone-{time.monotonic_ns()}")
    return speed


def in_the_window(
    app: "QApplication", settings: Path, folder: Path, seconds: float
) -> tuple[list[float], int, float]:
    """How late a timer was each time, in ms, and outer steps, and steps a second, with the window open."""
    from PySide6.QtCore import Qt, QTimer

    from podd_app.application import create_main_window
    from podd_app.models.run_status import Phase

    window = create_main_window(settings)
    session = window.session
    session.set_runs_folder(folder)
    window.resize(1280, 800)
    window.show()
    late_ms: list[float] = []
    fired: list[float] = []

    def fire() -> None:
        now = time.perf_counter()
        if fired:
            late_ms.append(1000 * (now - fired[-1]) - TIMER_MS)
        fired.append(now)

    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=TIMER_MS)
    timer.timeout.connect(fire)

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
    parser.add_argument("--seconds", type=float, default=60, help="length of a measurement in the window, s")
    parser.add_argument("--rounds", type=int, default=1, help="measurements in the window")
    parser.add_argument(
        "--threads", type=int, default=0, help="CPU threads of torch; 0: as the engine chooses"
    )
    wanted = parser.parse_args(argv)
    config = load_preset(wanted.preset).with_values(
        {"outer.steps": NEVER, "evaluation.every": NEVER, "compute.threads": wanted.threads}
    )
    with tempfile.TemporaryDirectory() as place:
        os.environ["XDG_CONFIG_HOME"] = str(Path(place) / "config")
        settings = Path(place) / f"{wanted.preset}.toml"
        settings.write_text(config.to_toml())
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        from podd_app.application import create_application

        app = create_application(["podd-app"])
        late_ms: list[float] = []
        in_window: list[float] = []
        steps = 0
        by_itself = [alone(settings, Path(place), wanted.seconds / 2)]
        for _ in range(wanted.rounds):
            late, taken, speed = in_the_window(app, settings, Path(place), wanted.seconds)
            late_ms += late
            steps += taken
            in_window.append(speed)
            by_itself.append(alone(settings, Path(place), wanted.seconds / 2))
    late_ms = np.maximum(0, late_ms).tolist()
    result = {
        "preset": wanted.preset,
        "seconds": wanted.seconds,
        "late_ms_p50": round(float(np.percentile(late_ms, 50)), 2),
        "late_ms_p95": round(float(np.percentile(late_ms, 95)), 2),
        "late_ms_max": round(float(np.max(late_ms)), 2),
        "timer_events": len(late_ms),
        "steps": steps,
        "window_steps_per_second": in_window,
        "alone_steps_per_second": by_itself,
        "window_over_alone": round(float(np.mean(in_window) / np.mean(by_itself)), 3),
        "cores": psutil.cpu_count(logical=False),
        "load": [round(load, 2) for load in os.getloadavg()],
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
