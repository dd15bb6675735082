"""Offscreen Qt, separate settings, and a check for leaked widgets, threads and timers."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QSettings, QThread, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import getAllValidWrappers, isValid
from snapshot_samples import make_tiny_run

from podd_app.application import create_application, create_main_window
from podd_app.models.preferences import Preferences
from podd_app.models.run_status import RunStatus
from podd_app.models.session import Session
from podd_app.pages.run.page import RunPage
from podd_app.services.services import Services
from podd_app.style.theme import apply_theme
from podd_app.window.main_window import MainWindow

SCREEN = Path(__file__).parent / "screen.json"
"""Description of the offscreen screen."""


@pytest.fixture(scope="session")
def qapp(tmp_path_factory: pytest.TempPathFactory) -> QApplication:
    """Application of the program, with settings in a temporary folder."""
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    if os.environ["QT_QPA_PLATFORM"] == "offscreen":
        # The default screen of this platform is smaller than the window.
        os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={SCREEN}"
    folder = str(tmp_path_factory.mktemp("settings"))
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
    return create_application(["podd-app"])


@pytest.fixture(autouse=True)
def _check_for_leaks(qapp: QApplication) -> Iterator[None]:
    """Fail a test that leaks a top-level widget, a running thread or an active timer."""
    QSettings().clear()
    apply_theme(qapp, "light")
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    widgets = [widget for widget in qapp.topLevelWidgets() if isValid(widget)]
    if widgets:
        # A window in a reference cycle is deleted with the cycle. Only count widgets that survive.
        del widgets
        gc.unfreeze()  # the program freezes the objects that exist when torch is imported
        gc.collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        widgets = [widget for widget in qapp.topLevelWidgets() if isValid(widget)]
    living = getAllValidWrappers()
    threads = [item for item in living if isinstance(item, QThread) and item.isRunning()]
    timers = [item for item in living if isinstance(item, QTimer) and item.isActive()]
    threads = [thread for thread in threads if thread is not qapp.thread()]
    timers = [timer for timer in timers if timer.parent() is not qapp]
    assert not widgets, f"leaked widgets: {widgets}"
    assert not threads, f"leaked threads: {threads}"
    assert not timers, f"leaked timers: {timers}"


@pytest.fixture
def session(qapp: QApplication) -> Session:
    """Session with the first preset."""
    return Session()


@pytest.fixture
def services(session: Session) -> Iterator[Services]:
    """Services of the session, closed after the test."""
    services = Services(session, Preferences())
    yield services
    services.close()


@pytest.fixture
def window(qtbot: QtBot, session: Session) -> MainWindow:
    """Visible main window at its default size."""
    window = create_main_window(session=session)
    # A window with a run in progress would show a question before it closes.
    qtbot.addWidget(window, before_close_func=lambda _: session.set_run_status(RunStatus()))
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture(scope="session")
def tiny_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Finished run of the digits dataset with nine snapshots. Do not modify this run."""
    return make_tiny_run(tmp_path_factory.mktemp("runs") / "tiny-001", tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def small_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Finished run with a smaller poster. Do not modify this run."""
    changes = ("poster.width=24", "poster.height=16", "outer.steps=3", "name=small")
    return make_tiny_run(
        tmp_path_factory.mktemp("runs") / "small-001", tmp_path_factory.mktemp("cache"), *changes
    )


@pytest.fixture
def run_page(qtbot: QtBot, services: Services) -> RunPage:
    """Visible Run page with its panel, without the main window."""
    page = RunPage(services)
    assert page.panel is not None
    qtbot.addWidget(page)
    qtbot.addWidget(page.panel)
    page.resize(880, 720)
    page.show()
    qtbot.waitExposed(page)
    return page


@pytest.fixture
def golden() -> Path:
    """Folder of golden values next to the checkout."""
    folder = Path(__file__).parents[3] / "shared" / "golden"
    if not folder.is_dir():
        pytest.skip("no golden values next to this checkout")
    return folder
