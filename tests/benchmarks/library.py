"""Benchmark of the time to open the library with many runs.

``python -m tests.benchmarks.library [--runs 2000]`` creates small run folders in a temporary folder.
Each measurement opens the Library page in a new process. The benchmark measures the time from the
request of the page until the first cards are painted, until all runs have a card, and until all runs
are read. The first scan reads the files of every run. Later scans use the index of an earlier scan.
The result is one JSON object on the standard output.
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
from typing import Any

import psutil

PRESETS = ("digits", "cifar10-laptop", "cifar100-0.9ipc", "cub200-0.9ipc")
ENDS = ("finished", "stopped", "failed", "finished")
LATER_SCANS = 3
"""Number of measurements with an existing index; the result contains all of them."""

TIMER_MS = 5


def write_runs(folder: Path, runs: int) -> None:
    """Write run folders in the format of the engine, in four states and partly with posters."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "app"))
    from fake_runs import write_run

    for number in range(runs):
        kind = number % len(PRESETS)
        write_run(folder / f"run-{number:05d}", PRESETS[kind], ENDS[kind], 0.5, with_snapshot=kind < 2)


def open_library(folder: Path, runs: int) -> dict[str, Any]:
    """Open the Library page in a visible window and return the times in milliseconds.

    Args:
        folder: folder with the runs.
        runs: number of runs in the folder.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QEvent, QObject, Qt, QTimer

    from podd_app.application import create_application, create_main_window
    from podd_app.models.preferences import Preferences
    from podd_app.pages.library.page import LibraryPage

    app = create_application(["podd-app"])
    preferences = Preferences()
    preferences.runs_folder, preferences.page = folder, "poster"
    window = create_main_window()
    window.show()
    app.processEvents()
    times: dict[str, float] = {}
    late_ms = [0.0]
    began = last_timeout = time.perf_counter()

    def ms() -> float:
        return round(1000 * (time.perf_counter() - began), 1)

    class PaintObserver(QObject):
        """Records the times when cards are painted."""

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and page.model.rowCount():
                QTimer.singleShot(0, record_times)
            return False

    def record_times() -> None:
        times.setdefault("first_cards_ms", ms())
        if page.model.rowCount() == runs:
            times.setdefault("all_cards_ms", ms())
        if page.model.rowCount() == runs and not page.run_library.scanning:
            times.setdefault("all_read_ms", ms())
            app.quit()
        elif not page.run_library.scanning:
            page.cards.viewport().update()

    def measure_latency() -> None:
        nonlocal last_timeout
        now = time.perf_counter()
        late_ms.append(1000 * (now - last_timeout) - TIMER_MS)
        last_timeout = now

    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=TIMER_MS)
    timer.timeout.connect(measure_latency)
    timer.start()
    window.show_page("library")
    page = window.page_widget("library")
    assert isinstance(page, LibraryPage)
    times["place_built_ms"] = ms()
    observer = PaintObserver()
    page.cards.viewport().installEventFilter(observer)
    page.run_library.scanning_changed.connect(record_times)
    app.exec()
    timer.stop()
    window.close()
    return {**times, "window_late_ms_max": round(max(late_ms), 1)}


def measure(folder: Path, runs: int) -> dict[str, Any]:
    """Run `open_library` in a new process, like a new start of the program."""
    command = [sys.executable, "-m", "tests.benchmarks.library", "--open", str(folder), "--runs", str(runs)]
    process = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(process.stdout)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the benchmark and print the result as JSON."""
    parser = argparse.ArgumentParser("library", description=__doc__)
    parser.add_argument("--runs", type=int, default=2000, help="number of run folders")
    parser.add_argument("--open", type=Path, help="only open the library of this folder and print the times")
    arguments = parser.parse_args(argv)
    if arguments.open:
        print(json.dumps(open_library(arguments.open, arguments.runs)))
        return
    with tempfile.TemporaryDirectory() as home:
        os.environ["XDG_CONFIG_HOME"] = str(Path(home) / "config")
        os.environ["PODD_HOME"] = home
        folder = Path(home) / "runs"
        write_runs(folder, arguments.runs)
        result = {
            "runs": arguments.runs,
            "first_look": measure(folder, arguments.runs),
            "later_looks": [measure(folder, arguments.runs) for _ in range(LATER_SCANS)],
            "cores": psutil.cpu_count(logical=False),
            "load": [round(load, 2) for load in os.getloadavg()],
        }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
