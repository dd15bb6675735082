"""Fixtures with a main window that has content on every page: a finished run, its poster, a library."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from podd_app.application import create_main_window
from podd_app.models.run_status import RunStatus
from podd_app.models.session import Session
from podd_app.pages.data.page import DataPage
from podd_app.pages.export.page import ExportPage
from podd_app.pages.library.page import LibraryPage
from podd_app.pages.run.page import RunPage
from podd_app.window.main_window import MainWindow

sys.path.insert(0, str(Path(__file__).parents[1]))

from fake_runs import write_run
from focus_walk import PAGE_KEYS, show
from real_runs import make_run

TIMEOUT_MS = 60_000


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished tiny run. Tests must not modify its files."""
    return make_run(tmp_path_factory.mktemp("finished") / "digits-001")


@pytest.fixture
def make_populated_window(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, finished_run: Path
) -> Callable[[], MainWindow]:
    """Return a function that creates the window. A test can set the theme or language before the call."""
    monkeypatch.setenv("PODD_HOME", str(tmp_path))

    def make() -> MainWindow:
        runs = tmp_path / "runs"
        shutil.copytree(finished_run, runs / "digits-001")
        write_run(runs / "digits-002", end="failed", message="the disk is full")
        write_run(runs / "digits-003", end=None)
        session = Session()
        window = create_main_window(session=session)
        session.set_runs_folder(runs)
        qtbot.addWidget(window, before_close_func=lambda _: session.set_run_status(RunStatus()))
        window.show()
        qtbot.waitExposed(window)
        _populate(qtbot, window, runs / "digits-001")
        return window

    return make


def _populate(qtbot: QtBot, window: MainWindow, run: Path) -> None:
    session = window.session
    show(window, "data")
    data_page = window.page_widget("data")
    assert isinstance(data_page, DataPage)
    selected, listing = data_page.dataset_service.selected, data_page.dataset_service.listing
    qtbot.waitUntil(lambda: selected.images is not None and not listing.running, timeout=TIMEOUT_MS)
    with qtbot.waitSignal(session.run_history.poster_changed, timeout=TIMEOUT_MS):
        window.open_path(run)
    run_page = window.page_widget("run")
    assert isinstance(run_page, RunPage)
    run_page._redraw_scheduler.flush()
    show(window, "library")
    library_page = window.page_widget("library")
    assert isinstance(library_page, LibraryPage)
    qtbot.waitUntil(
        lambda: library_page.model.rowCount() == 3 and not library_page.run_library.scanning,
        timeout=TIMEOUT_MS,
    )
    show(window, "export")
    export_page = window.page_widget("export")
    assert isinstance(export_page, ExportPage)
    qtbot.waitUntil(lambda: export_page.export_service.poster is not None, timeout=TIMEOUT_MS)
    window.page_widget("poster").canvas.select_patch(22)
    run_page.canvas.select_patch(22)
    for key in PAGE_KEYS:
        show(window, key)


@pytest.fixture
def populated_window(make_populated_window: Callable[[], MainWindow], qapp: QApplication) -> MainWindow:
    """The main window with content on every page, in English and left to right."""
    return make_populated_window()
