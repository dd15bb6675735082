"""Library page with real runs: rename, notes, trash, running and interrupted runs."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from real_runs import begin_run, make_interrupted_run, make_run, run_until

from podd_app.application import create_main_window
from podd_app.models.preferences import Preferences
from podd_app.models.run_status import Phase, RunStatus
from podd_app.models.session import Session
from podd_app.pages.library.page import LibraryPage
from podd_app.qt.plain_text import plain_tooltip
from podd_app.services.interrupted_runs import InterruptedRuns
from podd_app.window.interrupted_runs_bar import InterruptedRunsBar
from podd_app.window.main_window import MainWindow
from podd_engine.runs.directory import RunDirectory
from podd_engine.runs.notes import notes_path, read_notes, save_notes
from podd_engine.runs.run_info import read_run_info
from podd_engine.runtime.events import StepReport

TIMEOUT_MS = 30_000
on_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="the location of the trash depends on the system"
)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Template of a finished run; tests use copies."""
    return make_run(tmp_path_factory.mktemp("made") / "digits")


@pytest.fixture
def folder(tmp_path: Path, finished: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder with two finished runs. The first run has the latest change."""
    monkeypatch.setenv("PODD_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    for age, name in enumerate(["digits-001", "digits-002"]):
        shutil.copytree(finished, tmp_path / "runs" / name)
        time = 1_700_000_000 - 1000 * age
        for file in ("config.toml", "events.jsonl"):
            os.utime(tmp_path / "runs" / name / file, (time, time))
    return tmp_path / "runs"


@pytest.fixture
def window(qtbot: QtBot, session: Session, folder: Path) -> Iterator[MainWindow]:
    """Main window on the Library page."""
    assert Preferences().runs_folder == folder
    main_window = create_main_window(session=session)
    qtbot.addWidget(main_window, before_close_func=lambda _: session.set_run_status(RunStatus()))
    main_window.show()
    main_window.show_page("library")
    yield main_window
    if session.run.phase.active:
        session.stop()
        until(qtbot, lambda: session.run.phase.has_ended)


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> LibraryPage:
    library = window.page_widget("library")
    assert isinstance(library, LibraryPage)
    until(qtbot, lambda: library.model.rowCount() == 2 and library.run_panel.notes.isEnabled())
    return library


def until(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=TIMEOUT_MS)


def choose(qtbot: QtBot, page: LibraryPage, path: Path) -> None:
    page.choose(path)
    until(qtbot, page.run_panel.notes.isEnabled)


def names(page: LibraryPage) -> list[str]:
    return [str(page.model.index(row).data()) for row in range(page.model.rowCount())]


def rename(qtbot: QtBot, page: LibraryPage, name: str) -> None:
    field = page.run_panel.name
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, name)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_edited_name_renames_the_folder_and_the_open_run(
    qtbot: QtBot, folder: Path, page: LibraryPage
) -> None:
    with qtbot.waitSignal(page.session.open_requested):
        page.open_run()
    until(qtbot, lambda: page.session.run.phase is Phase.FINISHED)
    page.session.show_page("library")
    rename(qtbot, page, "best of may")
    until(qtbot, lambda: names(page) == ["best of may", "digits-002"])
    assert sorted(path.name for path in folder.iterdir()) == ["best of may", "digits-002"]
    assert page.cards.current is not None
    assert page.cards.current.path == folder / "best of may"
    assert page.session.run.path == folder / "best of may"
    metadata = page.session.run_history.metadata
    assert metadata is not None
    assert metadata.path == folder / "best of may"
    until(qtbot, lambda: not page.run_library.scanning)
    assert names(page) == ["best of may", "digits-002"]


def test_existing_name_is_rejected_with_an_error(qtbot: QtBot, folder: Path, page: LibraryPage) -> None:
    rename(qtbot, page, "digits-002")
    panel = page.run_panel
    until(qtbot, lambda: panel.error.isVisibleTo(panel))
    assert "choose another" in panel.error.text()
    assert panel.name.text() == "digits-001"
    assert (folder / "digits-001" / "config.toml").is_file()


def test_escape_restores_the_name(qtbot: QtBot, folder: Path, page: LibraryPage) -> None:
    field = page.run_panel.name
    qtbot.keyClicks(field, "x")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "digits-001"
    with qtbot.assertNotEmitted(field.rename_requested):
        qtbot.keyClick(field, Qt.Key.Key_Return)


def test_notes_are_saved_after_a_pause_in_typing(qtbot: QtBot, folder: Path, page: LibraryPage) -> None:
    qtbot.keyClicks(page.run_panel.notes, "a higher learning rate")
    until(qtbot, lambda: read_notes(folder / "digits-001") == "a higher learning rate")


def test_notes_are_saved_when_the_selection_changes(qtbot: QtBot, folder: Path, page: LibraryPage) -> None:
    save_notes(folder / "digits-002", "earlier notes")
    notes = page.run_panel.notes
    qtbot.keyClicks(notes, "first")
    choose(qtbot, page, folder / "digits-002")
    assert notes.toPlainText() == "earlier notes"
    choose(qtbot, page, folder / "digits-001")
    assert notes.toPlainText() == "first"
    assert read_notes(folder / "digits-002") == "earlier notes"


def test_unsaved_notes_follow_a_rename(qtbot: QtBot, folder: Path, page: LibraryPage) -> None:
    qtbot.keyClicks(page.run_panel.notes, "first")
    rename(qtbot, page, "other")
    until(qtbot, lambda: "other" in names(page))
    assert read_notes(folder / "other") == "first"
    qtbot.keyClicks(page.run_panel.notes, ", second")
    until(qtbot, lambda: read_notes(folder / "other") == "first, second")
    assert not (folder / "digits-001").exists()


def test_notes_are_saved_when_the_window_closes(
    qtbot: QtBot, folder: Path, window: MainWindow, page: LibraryPage
) -> None:
    qtbot.keyClicks(page.run_panel.notes, "last words")
    window.close()
    assert read_notes(folder / "digits-001") == "last words"


def test_unreadable_notes_are_not_overwritten(qtbot: QtBot, folder: Path, page: LibraryPage) -> None:
    notes_path(folder / "digits-002").write_bytes(b"\xff")
    page.choose(folder / "digits-002")
    panel = page.run_panel
    until(qtbot, lambda: panel.error.isVisibleTo(panel))
    assert "UTF-8" in panel.error.text()
    assert not panel.notes.isEnabled()


@on_linux
def test_run_is_moved_to_the_trash_after_confirmation(qtbot: QtBot, folder: Path, page: LibraryPage) -> None:
    page.session.open_path(folder / "digits-001")
    until(qtbot, lambda: page.session.run.phase is Phase.FINISHED)
    page.session.show_page("library")
    panel = page.run_panel
    panel.trash.click()
    assert panel.question.isVisibleTo(panel)
    assert "Trash" in panel.question.text
    assert "digits-001" in panel.question.text
    panel.question.keep.click()
    assert not panel.question.isVisibleTo(panel)
    assert (folder / "digits-001").is_dir()
    panel.trash.click()
    with qtbot.waitSignal(page.run_library.files.trashed, timeout=TIMEOUT_MS) as trashed:
        panel.question.confirm.click()
    assert names(page) == ["digits-002"]
    trashed_path = trashed.args[1]
    assert read_run_info(trashed_path).status == "finished"
    assert str(trashed_path.parent) in page.trash_notice.text()
    assert not (folder / "digits-001").exists()
    assert page.cards.current is not None
    assert page.cards.current.path == folder / "digits-002"
    assert page.session.run.path is None
    assert page.session.run_history.metadata is None


@on_linux
def test_selected_runs_are_moved_to_the_trash_except_a_running_run(
    qtbot: QtBot, folder: Path, page: LibraryPage
) -> None:
    events = begin_run(folder / "digits-003")
    run_until(events, StepReport)
    page.run_library.refresh()
    until(qtbot, lambda: "digits-003" in names(page) and not page.run_library.scanning)
    page.cards.selectAll()
    qtbot.keyClick(page.cards, Qt.Key.Key_Delete)
    question = page.group_panel.question
    assert question.isVisibleTo(page.group_panel)
    assert "2 runs" in question.text
    question.confirm.click()
    until(qtbot, lambda: names(page) == ["digits-003"])
    assert page.trash_notice.text().startswith("Moved 2 runs to ")
    assert page.trash_notice.isVisibleTo(page.panel)
    events.close()
    assert [path.name for path in folder.glob("digits-*")] == ["digits-003"]


def test_run_that_cannot_be_moved_to_the_trash_stays_and_shows_an_error(
    qtbot: QtBot, folder: Path, page: LibraryPage
) -> None:
    panel = page.run_panel
    panel.trash.click()
    with RunDirectory(folder / "digits-001").lock():  # another process has locked the run
        panel.question.confirm.click()
        until(qtbot, lambda: panel.error.isVisibleTo(panel))
    assert "still in progress" in panel.error.text()
    assert names(page) == ["digits-001", "digits-002"]
    assert (folder / "digits-001" / "config.toml").is_file()


def test_running_run_can_be_watched_but_not_changed(qtbot: QtBot, folder: Path, page: LibraryPage) -> None:
    events = begin_run(folder / "digits-003")
    run_until(events, StepReport)
    page.run_library.refresh()
    until(qtbot, lambda: "digits-003" in names(page) and not page.run_library.scanning)
    choose(qtbot, page, folder / "digits-003")
    panel = page.run_panel
    assert panel.open.text() == "Watch"
    assert not panel.trash.isEnabled()
    assert not panel.name.isEnabled()
    panel.open.click()
    until(qtbot, lambda: page.session.run.phase is Phase.WATCHED)
    events.close()
    until(qtbot, lambda: page.session.run.phase is Phase.STOPPED)


def test_the_run_in_progress_can_be_shown_and_other_runs_say_why_not(
    qtbot: QtBot, folder: Path, page: LibraryPage
) -> None:
    session, panel, pages = page.session, page.run_panel, []
    session.page_requested.connect(pages.append)
    own = folder / "digits-001"
    session.set_run_status(RunStatus(Phase.RUNNING, "Digits", path=own))
    choose(qtbot, page, own)
    assert panel.open.isEnabled()
    panel.open.click()
    assert pages == ["run"]
    assert session.run.phase is Phase.RUNNING
    choose(qtbot, page, folder / "digits-002")
    assert not panel.open.isEnabled()
    assert "Stop that run" in plain_tooltip(panel.open)
    session.set_run_status(RunStatus())


def scan(qtbot: QtBot, window: MainWindow) -> InterruptedRunsBar:
    """Scan for interrupted runs, as the window does shortly after its start."""
    runs = window.findChild(InterruptedRuns)
    bar = window.findChild(InterruptedRunsBar)
    assert isinstance(runs, InterruptedRuns)
    assert isinstance(bar, InterruptedRunsBar)
    runs.scan()
    until(qtbot, lambda: not runs._run_library.scanning)
    QApplication.processEvents()
    return bar


def test_interrupted_run_is_offered_and_resumed(
    qtbot: QtBot, folder: Path, window: MainWindow, session: Session
) -> None:
    path = make_interrupted_run(folder / "digits-003")
    assert read_run_info(path).status == "interrupted"
    bar = scan(qtbot, window)
    assert bar.isVisible()
    assert bar.text == "digits-003 was interrupted after step 2 of 4."
    bar.resume.click()
    until(qtbot, lambda: session.run.phase is Phase.FINISHED)
    assert session.run.path == path
    assert not bar.isVisible()
    assert [report.step for report in session.run_history.reports] == [1, 2, 3, 4]
    assert read_run_info(path).status == "finished"


def test_nothing_is_offered_without_interrupted_runs(qtbot: QtBot, window: MainWindow) -> None:
    assert not scan(qtbot, window).isVisible()


def test_dismissed_run_is_offered_again_only_after_another_interruption(
    qtbot: QtBot, folder: Path, window: MainWindow
) -> None:
    path = make_interrupted_run(folder / "digits-003")
    bar = scan(qtbot, window)
    bar.dismiss.click()
    assert not bar.isVisible()
    assert not scan(qtbot, window).isVisible()
    log = RunDirectory(path).events_path
    os.utime(log, (log.stat().st_atime, log.stat().st_mtime + 60))
    assert scan(qtbot, window).isVisible()
