"""Interaction of Qt with the garbage collector of Python."""

import gc
import subprocess
import sys
import threading
import weakref

import pytest
from fake_engine import REQUEST, FakeEngine
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from podd_app.engine.engine_thread import EngineThread
from podd_app.qt.gc_policy import GarbageCollectionTimer, freeze_loaded_objects, release_frozen_garbage
from podd_engine.runtime.events import Terminal

STACK_AFTER_COMMANDS = """
import gc
from PySide6.QtGui import QGuiApplication
from podd_app.models.session import Session

app = QGuiApplication([])
gc.disable()
for _ in range(20):
    session = Session()
    gc.freeze()  # the following edits are collected before the session and its undo stack
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


def test_a_session_with_an_undo_stack_can_be_collected_in_any_order() -> None:
    # A failure crashes the process, so the test runs in a separate process.
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
def test_the_application_exits_without_messages(closed: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", ENDING.replace("CLOSED", str(closed))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_cycles_are_collected_on_the_gui_thread_while_another_thread_allocates(qtbot: QtBot) -> None:
    collected_on: list[int] = []

    class Cycle:
        def __init__(self) -> None:
            self.me = self

        def __del__(self) -> None:
            collected_on.append(threading.get_ident())

    class Busy(QThread):
        def run(self) -> None:
            self.lists = [[] for _ in range(10 * gc.get_threshold()[0])]

    Cycle()
    busy = Busy()
    with qtbot.waitSignal(busy.finished):
        busy.start()
    assert busy.wait()
    qtbot.waitUntil(lambda: bool(collected_on))
    assert collected_on == [threading.get_ident()]


def test_a_full_collection_waits_until_old_objects_have_grown(qapp: QApplication) -> None:
    gc.collect()
    collector = GarbageCollectionTimer(qapp)
    old, full = [[] for _ in range(len(gc.get_objects()) // 2)], []
    gc.collect(1)

    def count(phase: str, info: dict[str, int]) -> None:
        if phase == "start" and info["generation"] == 2:
            full.append(info)

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


def test_objects_frozen_at_startup_stay_frozen_after_a_run(qtbot: QtBot) -> None:
    loaded: list[object] = [[]]  # a container, which the collector would scan
    freeze_loaded_objects()
    fake = FakeEngine()
    engine = EngineThread(fake.begin)
    fake.feed(Terminal("finished", 1))
    with qtbot.waitSignal(engine.ended, timeout=20_000):
        engine.start(REQUEST)
    assert not any(item is loaded for item in gc.get_objects())


def test_garbage_of_a_run_is_released_after_the_run() -> None:
    class Node:
        def __init__(self) -> None:
            self.itself = self

    node = Node()
    reference = weakref.ref(node)
    freeze_loaded_objects()
    del node
    gc.collect()
    assert reference() is not None
    release_frozen_garbage()
    assert reference() is None
