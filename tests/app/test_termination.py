"""Termination signals save the draft and close the window."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import os, signal, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from podd_app.__main__ import main
from podd_app.models.preferences import Preferences
from podd_app.window.main_window import MainWindow

number, changes = int(sys.argv.pop(1)), eval(sys.argv.pop(1))
execute = QApplication.exec

def edit_and_signal():
    window = next(each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow))
    window.session.edit(changes, "Edit")
    os.kill(os.getpid(), number)

def exec_with_edit(*_):
    QTimer.singleShot(0, edit_and_signal)
    return execute()

QApplication.exec = exec_with_edit
code = main([])
print({key: Preferences().draft.draft.values[key] for key in changes} == changes)
sys.exit(code)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize(
    "number",
    [
        signal.SIGTERM,
        *(pytest.param(number, marks=pytest.mark.slow) for number in (signal.SIGINT, signal.SIGHUP)),
    ],
)
@pytest.mark.parametrize("changes", [{"outer.steps": 7}, {"poster.width": 5}])
def test_a_signal_saves_the_draft_and_ends_the_program(
    tmp_path: Path, number: signal.Signals, changes: dict[str, int]
) -> None:
    environment = os.environ | {
        "XDG_CONFIG_HOME": str(tmp_path),
        "PODD_HOME": str(tmp_path),
        "QT_QPA_PLATFORM": "offscreen",
    }
    command = [sys.executable, "-c", PROGRAM, str(int(number)), repr(changes)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "True"
