"""Measure how fast the Library page opens with many runs.

``python -m tests.benchmarks.library [--runs 2000]`` writes small run directories to a temporary folder and
opens the Library page in a new process for each measurement. It measures the time from showing the page
until the first cards are painted, until all runs have a card, and until all runs are read. The first start
reads the files of every run. Later starts use the cached run information. The program prints one JSON
object.
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
STATUSES = ("finished", "stopped", "failed", "finished")
CACHED_STARTS = 3
"""Number of starts with cached run information. The output contains all of them."""

TIMER_MS = 5


def write_runs(folder: Path, runs: int) -> None:
    """Write run directories in the engine's format with several presets and statuses, some with posters."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "app"))
    from fake_runs import write_run

    for number in range(runs):
        kind = number % len(PRESETS)
        write_run(folder / f"run-{number:05d}", PRESETS[kind], STATUSES[kind], 0.5, with_snapshot=kind < 2)


def open_library(folder: Path, runs: int) -> dict[str, Any]:
    """Measure one opening of the Library page in a visible window, ms."""
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
    start = previous_timeout = time.perf_counter()

    def elapsed_ms() -> float:
        return round(1000 * (time.perf_counter() - start), 1)

    class PaintFilter(QObject):
        """Event filter that records when cards are painted."""

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and page.model.rowCount():
                QTimer.singleShot(0, record_times)
            return False

    def record_times() -> None:
        times.setdefault("first_cards_ms", elapsed_ms())
        if page.model.rowCount() == runs:
            times.setdefault("all_cards_ms", elapsed_ms())
        if page.model.rowCount() == runs and not page.run_library.scanning:
            times.setdefault("all_read_ms", elapsed_ms())
            app.quit()
        elif not page.run_library.scanning:
            page.cards.viewport().update()

    def record_delay() -> None:
        nonlocal previous_timeout
        now = time.perf_counter()
        late_ms.append(1000 * (now - previous_timeout) - TIMER_MS)
        previous_timeout = now

    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=TIMER_MS)
    timer.timeout.connect(record_delay)
    timer.start()
    window.show_page("library")
    page = window.page_widget("library")
    assert isinstance(page, LibraryPage)
    times["place_built_ms"] = elapsed_ms()
    paint_filter = PaintFilter()
    page.cards.viewport().installEventFilter(paint_filter)
    page.run_library.scanning_changed.connect(record_times)
    app.exec()
    timer.stop()
    window.close()
    return {**times, "window_late_ms_max": round(max(late_ms), 1)}


def measure(folder: Path, runs: int) -> dict[str, Any]:
    """Run `open_library` in a new process, like a new start of the program."""
    command = [sys.executable, "-m", "tests.benchmarks.library", "--open", str(folder), "--runs", str(runs)]
    completed = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(completed.stdout)


def main(argv: Sequence[str] | None = None) -> None:
    """Run all measurements, or one in this process, and print JSON."""
    parser = argparse.ArgumentParser("library", description=__doc__)
    parser.add_argument("--runs", type=int, default=2000, help="number of run directories")
    parser.add_argument("--open", type=Path, help="only measure one opening of the library of this folder")
    options = parser.parse_args(argv)
    if options.open:
        print(json.dumps(open_library(options.open, options.runs)))
        return
    with tempfile.TemporaryDirectory() as home:
        os.environ["XDG_CONFIG_HOME"] = str(Path(home) / "config")
        os.environ["PODD_HOME"] = home
        folder = Path(home) / "runs"
        write_runs(folder, options.runs)
        result = {
            "runs": options.runs,
            "first_look": measure(folder, options.runs),
            "later_looks": [measure(folder, options.runs) for _ in range(CACHED_STARTS)],
            "cores": psutil.cpu_count(logical=False),
            "load": [round(load, 2) for load in os.getloadavg()],
        }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
