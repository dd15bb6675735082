"""Benchmark of the canvas with large posters: scrubbing, hovering, panning, and memory.

``python -m tests.benchmarks.canvas [--seconds 30] [--scrubs 1000]`` writes run directories with
snapshots, without training. Each run is opened on the Run page of an offscreen window of 1440x900 px
with a device pixel ratio of 2, in a separate process. The benchmark prints one JSON object:

- ``scrubbing``: delay of a 10 ms timer while the benchmark scrubs through 500 posters of 303x303 px with
  400 patches and 100 classes. All overlays are on.
- ``moving``: frames per second of a poster of 1211x608 px with 800 patches and 200 classes, for hovering
  and panning, both fitted and zoomed in.
- ``memory``: resident memory before, during and after the scrubs.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil

from tests.benchmarks.snapshot_files import write_kept_posters

if TYPE_CHECKING:
    from podd_app.pages.run.page import RunPage
    from podd_app.window.main_window import MainWindow

TIMER_MS = 10
SCRUB_MS = 16
"""Time between two mouse moves on the timeline: that of a 60 Hz mouse."""

SNAPSHOTS = 500
SMALLER, LARGER = "cifar100-0.9ipc", "tiny-imagenet-0.9ipc"
FRAMES = 150
"""Number of frames for each kind of movement."""

WARMUP_SCRUBS = 100
"""Number of scrubs before the first memory measurement, to fill caches and allocators."""

SIZE_PX = (1440, 900)


def open_run(folder: Path) -> "tuple[MainWindow, RunPage]":
    """Open the run in ``folder`` on the Run page of a new window, and show all overlays."""
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication

    from podd_app.application import create_application, create_main_window
    from podd_app.pages.run.page import RunPage

    app = QApplication.instance() or create_application(["podd-app"])
    window = create_main_window()
    window.resize(*SIZE_PX)
    window.show()
    window.session.open_path(folder)
    page = window.page_widget("run")
    assert isinstance(page, RunPage)
    page.frame.patches.setChecked(True)
    while (
        len(page.timeline.snapshot_player.snapshot_steps) < 2 or page.timeline.snapshot_player.poster is None
    ):
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    page.canvas.select_patch(page.canvas.view.layout.patches // 2 if page.canvas.view else None)
    return window, page


def back_and_forth(snapshot_steps: Sequence[int]) -> Iterator[int]:
    """Yield the steps forward and backward, without end."""
    while True:
        yield from snapshot_steps
        yield from reversed(snapshot_steps)


def scrubbing(folder: Path, seconds: float) -> dict[str, Any]:
    """Measure the delay of a timer while scrubbing through the timeline."""
    from PySide6.QtCore import QCoreApplication, Qt, QTimer

    window, page = open_run(folder)
    snapshot_player, delays_ms, shown = page.timeline.snapshot_player, list[float](), 0
    steps = back_and_forth(snapshot_player.snapshot_steps)
    last_time = 0.0

    def measure_delay() -> None:
        nonlocal last_time
        now = time.perf_counter()
        if last_time:
            delays_ms.append(1000 * (now - last_time) - TIMER_MS)
        last_time = now

    def count_posters() -> None:
        nonlocal shown
        shown += 1

    def scrub() -> None:
        if not snapshot_player.loading:  # a user waits for the selected poster
            snapshot_player.select_step(next(steps))

    snapshot_player.poster_changed.connect(count_posters)
    timers = []
    for interval, callback in ((TIMER_MS, measure_delay), (SCRUB_MS, scrub)):
        timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=interval)
        timer.timeout.connect(callback)
        timer.start()
        timers.append(timer)
    QTimer.singleShot(int(1000 * seconds), QCoreApplication.quit)
    QCoreApplication.exec()
    for timer in timers:
        timer.stop()
    window.close()
    delays = np.maximum(0, delays_ms)
    return {
        "snapshots": len(snapshot_player.snapshot_steps),
        "late_ms_p50": round(float(np.percentile(delays, 50)), 2),
        "late_ms_p95": round(float(np.percentile(delays, 95)), 2),
        "late_ms_max": round(float(delays.max()), 2),
        "timer_events": len(delays),
        "posters_shown": shown,
    }


def frames_per_second_of(page: "RunPage", move: Callable[[int], None]) -> float:
    """Return the frames per second. Each frame follows one movement."""
    viewport = page.canvas.viewport()
    start = time.perf_counter()
    for frame in range(FRAMES):
        move(frame)
        viewport.repaint()
    return round(FRAMES / (time.perf_counter() - start), 1)


def moving(folder: Path) -> dict[str, Any]:
    """Measure the frames per second while hovering and panning."""
    from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    window, page = open_run(folder)
    canvas, viewport = page.canvas, page.canvas.viewport()

    def hover(frame: int) -> None:
        width, height = viewport.width() - 120, viewport.height() - 160
        at = QPointF(60 + 7 * frame % width, 100 + 5 * frame % height)
        buttons, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
        moved = QMouseEvent(QEvent.Type.MouseMove, at, viewport.mapToGlobal(at), buttons, buttons, keys)
        QApplication.sendEvent(viewport, moved)

    def pan(frame: int) -> None:
        canvas.pan(QPoint(3, 2) if frame // 25 % 2 else QPoint(-3, -2))

    rates = {
        "hovering_fitted": frames_per_second_of(page, hover),
        "panning_fitted": frames_per_second_of(page, pan),
    }
    for scale in (2.0, 6.0):
        canvas.look_at(QPointF(600, 300), scale)
        rates[f"hovering_at_{scale:.0f}"] = frames_per_second_of(page, hover)
        rates[f"panning_at_{scale:.0f}"] = frames_per_second_of(page, pan)
    result = {
        "viewport_px": [viewport.width(), viewport.height()],
        "pixel_ratio": viewport.devicePixelRatioF(),
        "frames_per_second": rates,
    }
    window.close()
    return result


def memory(folder: Path, scrubs: int) -> dict[str, Any]:
    """Measure the resident memory over many scrubs. Each scrub waits for its poster."""
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication

    window, page = open_run(folder)
    app, process, snapshot_player = QApplication.instance(), psutil.Process(), page.timeline.snapshot_player
    assert app is not None
    steps = back_and_forth(snapshot_player.snapshot_steps)
    resident = []
    for number in range(WARMUP_SCRUBS + scrubs + 1):
        if number >= WARMUP_SCRUBS and (number - WARMUP_SCRUBS) % max(1, scrubs // 4) == 0:
            resident.append(round(process.memory_info().rss / 1e6, 1))
        snapshot_player.select_step(next(steps))
        while snapshot_player.loading:
            app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        app.processEvents()
    window.close()
    return {
        "scrubs": scrubs,
        "resident_mb": resident,
        "kept_posters_mb": round(snapshot_player.cached_bytes / 1e6, 1),
    }


def measure(what: str, preset: str, snapshots: int, *arguments: str) -> dict[str, Any]:
    """Run one measurement in a separate process with a temporary PODD_HOME."""
    with tempfile.TemporaryDirectory() as home:
        run = Path(home) / "runs" / f"{preset}-001"
        write_kept_posters(run, preset, snapshots)
        settings = {"PODD_HOME": home, "XDG_CONFIG_HOME": home, "QT_SCALE_FACTOR": "2"}
        command = [sys.executable, "-m", "tests.benchmarks.canvas", "--measure", what, str(run), *arguments]
        environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, **settings}
        process = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    values: dict[str, Any] = json.loads(process.stdout)
    return values


def main(argv: Sequence[str] | None = None) -> None:
    """Run the benchmark and print the results as JSON."""
    parser = argparse.ArgumentParser("canvas", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=30, help="duration of scrubbing, s")
    parser.add_argument("--scrubs", type=int, default=1000, help="number of scrubs of the memory measurement")
    parser.add_argument(
        "--measure", nargs=2, metavar=("WHAT", "RUN"), help="run one measurement with a run directory"
    )
    arguments = parser.parse_args(argv)
    if arguments.measure:
        what, run = arguments.measure
        measurements = {
            "scrubbing": lambda: scrubbing(Path(run), arguments.seconds),
            "moving": lambda: moving(Path(run)),
            "memory": lambda: memory(Path(run), arguments.scrubs),
        }
        print(json.dumps(measurements[what]()))
        return
    result = {
        "scrubbing": measure("scrubbing", SMALLER, SNAPSHOTS, "--seconds", str(arguments.seconds)),
        "moving": measure("moving", LARGER, 3),
        "memory": measure("memory", SMALLER, SNAPSHOTS, "--scrubs", str(arguments.scrubs)),
        "cores": psutil.cpu_count(logical=False),
        "load": [round(load, 2) for load in os.getloadavg()],
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
