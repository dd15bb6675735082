"""The tour goes its whole way, and its pictures show something."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from combination import ALL
from patience import adapted
from PySide6.QtGui import QImage

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.timeout(7500)
def test_a_quick_tour_takes_every_picture(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.tour", str(tmp_path), "--quick"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    quick = ALL[0]
    pictures = sorted((tmp_path / quick.name).iterdir())
    assert [int(path.name[:2]) for path in pictures] == list(range(1, len(pictures) + 1))
    assert {"first-start", "run-paused", "run-finished"} <= {path.stem[3:] for path in pictures}
    for path in pictures:
        image = QImage(str(path))
        assert (image.width(), image.height()) == quick.size, path.name
        assert len({image.pixel(x, y) for x in range(0, 1280, 20) for y in range(0, 800, 20)}) > 8, path.name


FAILING_TOUR = """
import sys
from pathlib import Path

from podd_app.models.run_status import Phase
from tests.tour import journey
from tests.tour.combination import ALL
from tests.tour.guide import TourError

def fail_during_a_run(guide, private):
    guide.session.start()
    guide.wait_for_phase(Phase.RUNNING)
    raise TourError("nothing was drawn")

journey._go = fail_during_a_run
try:
    journey.tour(ALL[0], Path(sys.argv[1]), Path(sys.argv[1]))
except TourError as error:
    print("failed:", error)
"""


def test_a_tour_that_fails_during_a_run_closes_the_window_first(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FAILING_TOUR, str(tmp_path)],
        cwd=ROOT,
        env=os.environ | ALL[0].environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr  # without a QThread that is destroyed while it runs
    assert done.stdout == "failed: nothing was drawn\n"


@pytest.mark.parametrize(
    ("load", "cpus", "limit"), [(0.0, 4, 10.0), (4.0, 4, 10.0), (12.0, 4, 30.0), (900.0, 1, 60.0)]
)
def test_time_limits_grow_with_the_load(
    monkeypatch: pytest.MonkeyPatch, load: float, cpus: int, limit: float
) -> None:
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0))
    monkeypatch.setattr(os, "cpu_count", lambda: cpus)
    assert adapted(10) == limit


def test_maximized_windows_leave_room_for_the_task_bar() -> None:
    maximized = {each.name: each for each in ALL if each.maximized}
    small = maximized["x11-dark-1366x768-maximized"]
    assert (small.screen_px, small.window_size, small.task_bar_px) == ((1366, 768), (1366, 728), 40)
    dense = maximized["x11-light-960x540@2x-maximized"]
    assert (dense.screen_px, dense.window_size, dense.task_bar_px) == ((1920, 1080), (960, 500), 80)


def test_nothing_to_take_is_said(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.tour", str(tmp_path), "--only", "beos-*"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "no combination is named like beos-*" in done.stderr
