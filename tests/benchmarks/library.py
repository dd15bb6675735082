"""How fast the library opens with many runs.

``python -m tests.benchmarks.library [--runs 2000]`` writes that many small run folders in a temporary
place, opens the window at its Library place in a new process each time, and measures from asking for the
place until cards are painted, until all runs have a card, and until all were read: the first time ever,
when every run's files are read, and with what an earlier look has kept. Prints one JSON object.
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
LOOKS = 3
"""Starts with what an earlier look has kept; all are printed."""

TIMER_MS = 5


def write_runs(folder: Path, runs: int) -> None:
    """Run folders as the engine writes them, in four states, with posters."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "app"))
    from fake_runs import write_run

    for number in range(runs):
        kind = number % len(PRESETS)
        write_run(folder / f"run-{number:05d}", PRESETS[kind], ENDS[kind], 0.5, with_snapshot=kind < 2)


def open_library(folder: Path, runs: int) -> dict[str, Any]:
    """Times of one opening of the Library place, ms, in a window that is shown already."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QEvent, QObject, Qt, QTimer

    from podd_app.application import create_application, create_main_window
    from podd_app.models.preferences import Preferences
    from podd_app.pages.library.page import LibraryPage

    app = create_application(["podd-app"])
    preferences = Preferences()
    preferences.runs_folder, preferences.place = folder, "poster"
    window = create_main_window()
    window.show()
    app.processEvents()
    times: dict[str, float] = {}
    late_ms = [0.0]
    began = fired = time.perf_counter()

    def ms() -> float:
        return round(1000 * (time.perf_counter() - began), 1)

    class Paints(QObject):
        """Notes when cards are painted."""

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and place.model.rowCount():
                QTimer.singleShot(0, note)
            return False

    def note() -> None:
        times.setdefault("first_cards_ms", ms())
        if place.model.rowCount() == runs:
            times.setdefault("all_cards_ms", ms())
        if place.model.rowCount() == runs and not place.run_library.scanning:
            times.setdefault("all_read_ms", ms())
            app.quit()
        elif not place.run_library.scanning:
            place.cards.viewport().update()

    def fire() -> None:
        nonlocal fired
        now = time.perf_counter()
        late_ms.append(1000 * (now - fired) - TIMER_MS)
        fired = now

    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=TIMER_MS)
    timer.timeout.connect(fire)
    timer.start()
    window.show_page("library")
    place = window.page_widget("library")
    assert isinstance(place, LibraryPage)
    times["place_built_ms"] = ms()
    paints = Paints()
    place.cards.viewport().installEventFilter(paints)
    place.run_library.scanning_changed.connect(note)
    app.exec()
    timer.stop()
    window.close()
    return {**times, "window_late_ms_max": round(max(late_ms), 1)}


def measure(folder: Path, runs: int) -> dict[str, Any]:
    """`open_library` in a process of its own, as a new start of the program."""
    command = [sys.executable, "-m", "tests.benchmarks.library", "--open", str(folder), "--runs", str(runs)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser("library", description=__doc__)
    parser.add_argument("--runs", type=int, default=2000, help="how many run folders")
    parser.add_argument("--open", type=Path, help="only open the library of this folder, and print its times")
    wanted = parser.parse_args(argv)
    if wanted.open:
        print(json.dumps(open_library(wanted.open, wanted.runs)))
        return
    with tempfile.TemporaryDirectory() as place:
        os.environ["XDG_CONFIG_HOME"] = str(Path(place) / "config")
        os.environ["PODD_HOME"] = place
        folder = Path(place) / "runs"
        write_runs(folder, wanted.runs)
        result = {
            "runs": wanted.runs,
            "first_look": measure(folder, wanted.runs),
            "later_looks": [measure(folder, wanted.runs) for _ in range(LOOKS)],
            "cores": psutil.cpu_count(logical=False),
            "load": [round(load, 2) for load in os.getloadavg()],
        }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
