"""How smooth the canvas is with large posters: scrubbing, hovering, panning, and the memory it takes.

``python -m tests.benchmarks.canvas [--seconds 30] [--scrubs 1000]`` writes run directories with
snapshots, without training, and opens each in the Run place of a shown window, offscreen, in a process
of its own with 1440x900 px at device pixel ratio 2. Prints one JSON object:

- ``scrubbing``: how late a 10 ms timer fires while 500 kept posters of 303x303 px, 400 patches and 100
  classes are scrubbed through with everything drawn;
- ``moving``: frames a second of a poster of 1211x608 px with 800 patches and 200 classes while the
  pointer hovers over it, and while it is panned, zoomed in and fitted;
- ``memory``: resident memory before and after as many scrubs.
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
"""Least time between two moves of a hand on the track: that of a 60 Hz pointer."""

SNAPSHOTS = 500
SMALLER, LARGER = "cifar100-0.9ipc", "tiny-imagenet-0.9ipc"
FRAMES = 150
"""Painted of each kind of movement."""

WARMING = 100
"""Scrubs before memory is looked at: caches fill, allocators settle."""

SIZE_PX = (1440, 900)


def opened(folder: Path) -> "tuple[MainWindow, RunPage]":
    """The window at its Run place with the run at ``folder`` and all its overlays."""
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication

    from podd_app.application import create_application, create_main_window
    from podd_app.pages.run.page import RunPage

    app = QApplication.instance() or create_application(["podd-app"])
    window = create_main_window()
    window.resize(*SIZE_PX)
    window.show()
    window.session.open_path(folder)
    place = window.page_widget("run")
    assert isinstance(place, RunPage)
    place.frame.patches.setChecked(True)
    while (
        len(place.timeline.snapshot_player.snapshot_steps) < 2
        or place.timeline.snapshot_player.poster is None
    ):
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    place.canvas.select_patch(place.canvas.view.layout.patches // 2 if place.canvas.view else None)
    return window, place


def back_and_forth(snapshot_steps: Sequence[int]) -> Iterator[int]:
    """Stops as a hand goes through them, without end."""
    while True:
        yield from snapshot_steps
        yield from reversed(snapshot_steps)


def scrubbing(folder: Path, seconds: float) -> dict[str, Any]:
    """Lateness of a timer while a hand goes over the track."""
    from PySide6.QtCore import QCoreApplication, Qt, QTimer

    window, place = opened(folder)
    snapshot_player, late_ms, shown = place.timeline.snapshot_player, list[float](), 0
    hand = back_and_forth(snapshot_player.snapshot_steps)
    fired = 0.0

    def fire() -> None:
        nonlocal fired
        now = time.perf_counter()
        if fired:
            late_ms.append(1000 * (now - fired) - TIMER_MS)
        fired = now

    def count() -> None:
        nonlocal shown
        shown += 1

    def scrub() -> None:
        if not snapshot_player.loading:  # a hand waits for what it wants to see
            snapshot_player.select_step(next(hand))

    snapshot_player.poster_changed.connect(count)
    timers = []
    for interval, act in ((TIMER_MS, fire), (SCRUB_MS, scrub)):
        timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=interval)
        timer.timeout.connect(act)
        timer.start()
        timers.append(timer)
    QTimer.singleShot(int(1000 * seconds), QCoreApplication.quit)
    QCoreApplication.exec()
    for timer in timers:
        timer.stop()
    window.close()
    ordered = np.maximum(0, late_ms)
    return {
        "snapshots": len(snapshot_player.snapshot_steps),
        "late_ms_p50": round(float(np.percentile(ordered, 50)), 2),
        "late_ms_p95": round(float(np.percentile(ordered, 95)), 2),
        "late_ms_max": round(float(ordered.max()), 2),
        "timer_events": len(ordered),
        "posters_shown": shown,
    }


def frames_a_second(place: "RunPage", move: Callable[[int], None]) -> float:
    """Frames a second when each is painted after one movement of the hand."""
    viewport = place.canvas.viewport()
    began = time.perf_counter()
    for frame in range(FRAMES):
        move(frame)
        viewport.repaint()
    return round(FRAMES / (time.perf_counter() - began), 1)


def moving(folder: Path) -> dict[str, Any]:
    """Frames a second while the pointer moves."""
    from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    window, place = opened(folder)
    canvas, viewport = place.canvas, place.canvas.viewport()

    def hover(frame: int) -> None:
        across, down = viewport.width() - 120, viewport.height() - 160
        at = QPointF(60 + 7 * frame % across, 100 + 5 * frame % down)
        buttons, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
        moved = QMouseEvent(QEvent.Type.MouseMove, at, viewport.mapToGlobal(at), buttons, buttons, keys)
        QApplication.sendEvent(viewport, moved)

    def pan(frame: int) -> None:
        canvas.pan(QPoint(3, 2) if frame // 25 % 2 else QPoint(-3, -2))

    rates = {"hovering_fitted": frames_a_second(place, hover), "panning_fitted": frames_a_second(place, pan)}
    for scale in (2.0, 6.0):
        canvas.look_at(QPointF(600, 300), scale)
        rates[f"hovering_at_{scale:.0f}"] = frames_a_second(place, hover)
        rates[f"panning_at_{scale:.0f}"] = frames_a_second(place, pan)
    result = {
        "viewport_px": [viewport.width(), viewport.height()],
        "pixel_ratio": viewport.devicePixelRatioF(),
        "frames_per_second": rates,
    }
    window.close()
    return result


def memory(folder: Path, scrubs: int) -> dict[str, Any]:
    """Resident memory over many scrubs, each waited for."""
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication

    window, place = opened(folder)
    app, process, snapshot_player = QApplication.instance(), psutil.Process(), place.timeline.snapshot_player
    assert app is not None
    hand = back_and_forth(snapshot_player.snapshot_steps)
    resident = []
    for number in range(WARMING + scrubs + 1):
        if number >= WARMING and (number - WARMING) % max(1, scrubs // 4) == 0:
            resident.append(round(process.memory_info().rss / 1e6, 1))
        snapshot_player.select_step(next(hand))
        while snapshot_player.loading:
            app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        app.processEvents()
    window.close()
    return {
        "scrubs": scrubs,
        "resident_mb": resident,
        "kept_posters_mb": round(snapshot_player.cached_bytes / 1e6, 1),
    }


def measure(what: str, preset: str, snapshots: int, *words: str) -> dict[str, Any]:
    """One measurement in a process and a home of its own."""
    with tempfile.TemporaryDirectory() as place:
        run = Path(place) / "runs" / f"{preset}-001"
        write_kept_posters(run, preset, snapshots)
        own = {"PODD_HOME": place, "XDG_CONFIG_HOME": place, "QT_SCALE_FACTOR": "2"}
        command = [sys.executable, "-m", "tests.benchmarks.canvas", "--measure", what, str(run), *words]
        environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, **own}
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    values: dict[str, Any] = json.loads(done.stdout)
    return values


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser("canvas", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=30, help="how long is scrubbed, s")
    parser.add_argument("--scrubs", type=int, default=1000, help="over which memory is watched")
    parser.add_argument("--measure", nargs=2, metavar=("WHAT", "RUN"), help="only this, with a run's folder")
    wanted = parser.parse_args(argv)
    if wanted.measure:
        what, run = wanted.measure
        measurements = {
            "scrubbing": lambda: scrubbing(Path(run), wanted.seconds),
            "moving": lambda: moving(Path(run)),
            "memory": lambda: memory(Path(run), wanted.scrubs),
        }
        print(json.dumps(measurements[what]()))
        return
    result = {
        "scrubbing": measure("scrubbing", SMALLER, SNAPSHOTS, "--seconds", str(wanted.seconds)),
        "moving": measure("moving", LARGER, 3),
        "memory": measure("memory", SMALLER, SNAPSHOTS, "--scrubs", str(wanted.scrubs)),
        "cores": psutil.cpu_count(logical=False),
        "load": [round(load, 2) for load in os.getloadavg()],
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
