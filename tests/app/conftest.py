"""Fixtures of the GUI tests: offscreen Qt, separate settings and a check for leaks."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QSettings, QThread, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid
from snapshot_samples import make_tiny_run

from podd_app.application import create_application, create_main_window
from podd_app.models.preferences import Preferences
from podd_app.models.run_status import RunStatus
from podd_app.models.session import Session
from podd_app.pages.run.page import RunPage
from podd_app.services.services import Services
from podd_app.style.theme import apply_theme
from podd_app.window.main_window import MainWindow


@pytest.fixture(scope="session")
def qapp(tmp_path_factory: pytest.TempPathFactory) -> QApplication:
    """The QApplication, with settings separate from those of the user."""
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    folder = str(tmp_path_factory.mktemp("settings"))
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
    return create_application(["podd-app"])


@pytest.fixture(autouse=True)
def _check_for_leaks(qapp: QApplication) -> Iterator[None]:
    """Fail a test that leaves a top-level widget, a running thread or an active timer."""
    QSettings().clear()
    apply_theme(qapp, "light")
    yield
    gc.unfreeze()  # a window freezes all objects when torch has been loaded
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    widgets = [widget for widget in qapp.topLevelWidgets() if isValid(widget)]
    if widgets:
        # A window in a reference cycle is destroyed with the cycle. Report only what remains.
        del widgets
        gc.collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        widgets = [widget for widget in qapp.topLevelWidgets() if isValid(widget)]
    # isinstance would import the modules behind lazy import proxies, so compare types.
    alive = [each for each in gc.get_objects() if issubclass(type(each), QThread | QTimer) and isValid(each)]
    threads = [each for each in alive if isinstance(each, QThread) and each.isRunning()]
    timers = [each for each in alive if isinstance(each, QTimer) and each.isActive()]
    threads = [thread for thread in threads if thread is not qapp.thread()]
    timers = [timer for timer in timers if timer.parent() is not qapp]
    assert not widgets, f"widgets left behind: {widgets}"
    assert not threads, f"threads left behind: {threads}"
    assert not timers, f"timers left behind: {timers}"


@pytest.fixture
def session(qapp: QApplication) -> Session:
    """A session with the first preset."""
    return Session()


@pytest.fixture
def services(session: Session) -> Iterator[Services]:
    """The services of the session. Closed after the test."""
    made = Services(session, Preferences())
    yield made
    made.close()


@pytest.fixture
def window(qtbot: QtBot, session: Session) -> MainWindow:
    """The main window in its default size, shown."""
    made = create_main_window(session=session)
    # During a run, the window would ask before closing.
    qtbot.addWidget(made, before_close_func=lambda _: session.set_run_status(RunStatus()))
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture(scope="session")
def tiny_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished digits run with nine snapshots. Tests must not modify its files."""
    return make_tiny_run(tmp_path_factory.mktemp("runs") / "tiny-001", tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def small_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run with a smaller poster."""
    changes = ("poster.width=24", "poster.height=16", "outer.steps=3", "name=small")
    return make_tiny_run(
        tmp_path_factory.mktemp("runs") / "small-001", tmp_path_factory.mktemp("cache"), *changes
    )


@pytest.fixture
def run_page(qtbot: QtBot, services: Services) -> RunPage:
    """The Run page and its panel, shown without the main window."""
    made = RunPage(services)
    assert made.panel is not None
    qtbot.addWidget(made)
    qtbot.addWidget(made.panel)
    made.resize(880, 720)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def golden() -> Path:
    """The folder with golden values next to the checkout."""
    folder = Path(__file__).parents[3] / "shared" / "golden"
    if not folder.is_dir():
        pytest.skip("no golden values next to this checkout")
    return folder
