"""The tour goes its whole way, and its pictures show something."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from combination import ALL
from PySide6.QtGui import QImage

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.timeout(900)
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
