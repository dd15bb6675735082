"""What Qt and Python's garbage collector do to each other."""

import gc
import subprocess
import sys
import threading

import pytest
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from podd_app.qt.gc_policy import GarbageCollectionTimer

STACK_AFTER_COMMANDS = """
import gc
from PySide6.QtGui import QGuiApplication
from podd_app.models.session import Session

app = QGuiApplication([])
gc.disable()
for _ in range(20):
    session = Session()
    gc.freeze()  # what comes next is older to the collector than the session and its stack
    for step in range(6):
        session.edit({"poster.width": 20 + step}, str(step))
    gc.collect()
    gc.unfreeze()
    cycle = [session]
    cycle.append(cycle)
    del session, cycle
    gc.collect()
print("alive")
"""


def test_a_session_with_a_history_can_be_collected_in_any_order() -> None:
    # In a process of its own: what this guards against is a crash.
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", STACK_AFTER_COMMANDS],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "alive" in done.stdout


ENDING = """
from podd_app.application import create_application, create_main_window

app = create_application([])
window = create_main_window()
window.session.edit({"poster.width": 40}, "Poster width")
if CLOSED:
    window.show()
    window.close()
"""


@pytest.mark.parametrize("closed", [True, False])
def test_the_program_ends_in_silence(closed: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", ENDING.replace("CLOSED", str(closed))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_cycles_are_collected_on_the_thread_of_the_window_however_busy_another_is(qtbot: QtBot) -> None:
    died_on: list[int] = []

    class Cycle:
        def __init__(self) -> None:
            self.me = self

        def __del__(self) -> None:
            died_on.append(threading.get_ident())

    class Busy(QThread):
        def run(self) -> None:
            self.kept = [[] for _ in range(10 * gc.get_threshold()[0])]

    Cycle()
    busy = Busy()
    with qtbot.waitSignal(busy.finished):
        busy.start()
    assert busy.wait()
    qtbot.waitUntil(lambda: bool(died_on))
    assert died_on == [threading.get_ident()]


def test_what_is_old_is_looked_through_only_once_it_has_grown(qapp: QApplication) -> None:
    gc.collect()
    collector = GarbageCollectionTimer(qapp)
    old, full = [[] for _ in range(len(gc.get_objects()) // 2)], []
    gc.collect(1)

    def count(phase: str, facts: dict[str, int]) -> None:
        if phase == "start" and facts["generation"] == 2:
            full.append(facts)

    gc.callbacks.append(count)
    try:
        for _ in range(3):
            for _ in range(gc.get_threshold()[2] + 1):
                gc.collect(1)
            collector._collect_due_generation()
    finally:
        gc.callbacks.remove(count)
        collector.deleteLater()
    assert len(full) == 1
    assert old
