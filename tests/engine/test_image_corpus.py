"""Test of the script that checks a folder of image files."""

import subprocess
import sys
from pathlib import Path

from data_samples import class_folders

ROOT = Path(__file__).parents[2]


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.image_corpus", str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_files_are_read_or_refused(tmp_path: Path) -> None:
    class_folders(tmp_path, {"a": 2})
    (tmp_path / "a" / "notes.txt").write_text("text")
    (tmp_path / "a" / "photo.jpg").write_bytes(b"\0\0\0\x18ftypheic")
    done = run(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = done.stdout.splitlines()
    assert [row.split()[:2] for row in rows[:4]] == [
        ["files", "4"],
        ["read", "2"],
        ["refused", "2"],
        ["faults", "0"],
    ]
    assert "     1  HEIC is not supported" in rows
