"""Library page: run cards, filter, panel, folders and the index of runs."""

import os
from pathlib import Path

import numpy as np
import pytest
from fake_runs import snapshot, write_run
from PySide6.QtCore import QObject, QPoint, Qt, QUrl, Slot
from PySide6.QtGui import QContextMenuEvent, QDesktopServices
from pytestqt.qtbot import QtBot

from podd_app.models.preferences import Preferences
from podd_app.models.run_status import ErrorReport, Phase, RunStatus
from podd_app.models.session import Session
from podd_app.pages.library.menu import make_context_menu
from podd_app.pages.library.page import LibraryPage
from podd_app.pages.library.run_filter import SORT_ORDERS, RunFilter
from podd_app.services.services import Services
from podd_app.workers.library import scan_runs
from podd_engine.config.presets import load_preset
from podd_engine.progress import ignore_progress
from podd_engine.runs.directory import RunDirectory
from podd_engine.runs.notes import save_notes
from podd_engine.runs.run_info import RunInfo


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Temporary home directory with its own index of runs."""
    monkeypatch.setenv("PODD_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def runs(home: Path) -> Path:
    """Folder with four runs. The first run has the latest change."""
    folder = home / "runs"
    write_run(folder / "digits-001", accuracy=0.91, with_snapshot=True)
    write_run(folder / "cifar-001", "cifar10-laptop", "failed", 0.41, message="the disk is full")
    write_run(folder / "cifar-002", "cifar10-laptop", None, 0.45)
    write_run(folder / "digits-002", end="stopped")
    for age, name in enumerate(["digits-001", "cifar-001", "cifar-002", "digits-002"]):
        for file in ("config.toml", "events.jsonl"):
            time = 1_700_000_000 - 1000 * age
            os.utime(folder / name / file, (time, time))
    return folder


@pytest.fixture
def page(qtbot: QtBot, services: Services, home: Path) -> LibraryPage:
    services.session.set_runs_folder(home / "runs")
    library = LibraryPage(services)
    qtbot.addWidget(library)
    qtbot.addWidget(library.panel)
    library.resize(900, 700)
    library.panel.show()
    library.show()
    wait_until_scanned(qtbot, library)
    return library


def wait_until_scanned(qtbot: QtBot, page: LibraryPage) -> None:
    qtbot.waitUntil(lambda: not page.run_library.scanning, timeout=20_000)


def names(page: LibraryPage) -> list[str]:
    model = page.model
    return [str(model.index(row).data()) for row in range(model.rowCount())]


@pytest.mark.usefixtures("runs")
def test_every_run_has_a_card_and_the_latest_is_first(page: LibraryPage) -> None:
    assert names(page) == ["digits-001", "cifar-001", "cifar-002", "digits-002"]
    assert page.bar.summary.text() == "4 runs"
    assert page._pages.currentWidget() is page.cards


@pytest.mark.usefixtures("runs")
@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("latest", ["digits-001", "cifar-001", "cifar-002", "digits-002"]),
        ("accuracy", ["digits-001", "cifar-002", "cifar-001", "digits-002"]),
        ("name", ["cifar-001", "cifar-002", "digits-001", "digits-002"]),
        ("dataset", ["cifar-001", "cifar-002", "digits-001", "digits-002"]),
        ("budget", ["cifar-001", "cifar-002", "digits-001", "digits-002"]),
    ],
)
def test_cards_follow_the_selected_sort_order(page: LibraryPage, order: str, expected: list[str]) -> None:
    page.bar.order.activated.emit(list(SORT_ORDERS).index(order))
    assert names(page) == expected


@pytest.mark.usefixtures("runs")
def test_text_and_status_filter_the_cards(qtbot: QtBot, page: LibraryPage) -> None:
    qtbot.keyClicks(page.bar.filter, "CIFAR disk")
    assert names(page) == ["cifar-001"]
    assert page.bar.summary.text() == "1 of 4 runs"
    assert page.run_panel.name.text() == "cifar-001"
    page.bar.filter.setText("no such run")
    assert page._pages.currentWidget() is page._no_matches
    page._no_matches.action_triggered.emit()
    assert page.bar.filter.text() == ""
    page.model.set_filter(RunFilter(status="interrupted"))
    assert names(page) == ["cifar-002"]


def test_empty_state_leads_to_the_poster_page(qtbot: QtBot, page: LibraryPage) -> None:
    assert page._pages.currentWidget() is page._empty_state
    assert page.run_panel.isHidden()
    with qtbot.waitSignal(page.session.page_requested) as requested:
        page._empty_state.action_triggered.emit()
    assert requested.args == ["poster"]


@pytest.mark.usefixtures("runs")
def test_panel_shows_the_selected_run(page: LibraryPage, runs: Path) -> None:
    page.choose(runs / "cifar-001")
    panel = page.run_panel
    assert panel.name.text() == "cifar-001"
    assert panel.message.text() == "the disk is full"
    facts = panel.facts._text.text()
    steps = f"30 of {load_preset('cifar10-laptop').outer.steps}"
    for part in ("failed", "CIFAR-10", "10 classes", "153 × 60 px", "41.0 ± 1.0", "8 networks", steps):
        assert part in facts
    assert panel.resume.isVisibleTo(panel)
    page.choose(runs / "digits-001")
    assert not panel.resume.isVisibleTo(panel)
    assert not panel.message.isVisibleTo(panel)


def test_return_key_opens_the_current_run(qtbot: QtBot, runs: Path, page: LibraryPage) -> None:
    page.choose(runs / "cifar-002")
    with qtbot.waitSignal(page.session.open_requested) as requested:
        qtbot.keyClick(page.cards, Qt.Key.Key_Return)
    assert requested.args[0].kind == "run"
    assert requested.args[0].path == runs / "cifar-002"


def test_resume_opens_the_run_and_then_resumes_it(qtbot: QtBot, runs: Path, page: LibraryPage) -> None:
    session, path = page.session, runs / "cifar-002"
    page.choose(path)
    with qtbot.waitSignal(session.open_requested):
        page.run_panel.resume.click()
    with qtbot.waitSignal(session.resume_requested):
        session.set_run_status(RunStatus(Phase.STOPPED, path=path, resumable=True))
    wait_until_scanned(qtbot, page)


def test_run_that_failed_to_open_is_not_resumed_later(qtbot: QtBot, runs: Path, page: LibraryPage) -> None:
    session, path = page.session, runs / "cifar-002"
    page.choose(path)
    page.run_panel.resume.click()
    session.report_error(ErrorReport("the run is damaged"))
    with qtbot.assertNotEmitted(session.resume_requested):
        session.set_run_status(RunStatus(Phase.STOPPED, path=path, resumable=True))


def test_no_run_can_be_opened_while_a_run_is_in_progress(qtbot: QtBot, runs: Path, page: LibraryPage) -> None:
    page.choose(runs / "cifar-002")
    page.session.set_run_status(RunStatus(Phase.RUNNING))
    panel = page.run_panel
    assert not any(button.isEnabled() for button in (panel.open, panel.resume))
    with qtbot.assertNotEmitted(page.session.open_requested):
        page.open_run()
    wait_until_scanned(qtbot, page)


@pytest.mark.parametrize("phase", [Phase.READY, Phase.RUNNING])
def test_settings_of_a_run_become_a_new_draft(
    qtbot: QtBot, runs: Path, page: LibraryPage, phase: Phase
) -> None:
    page.session.set_run_status(RunStatus(phase))
    page.choose(runs / "cifar-001")
    with qtbot.waitSignal(page.session.page_requested) as requested:
        page.run_panel.settings.click()
    assert requested.args == ["poster"]
    assert page.session.config == load_preset("cifar10-laptop")
    page.session.undo()
    assert page.session.config == load_preset("digits")


class FileManager(QObject):
    """Fake file manager that records the folders to show."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    @Slot(QUrl)
    def show_url(self, url: QUrl) -> None:
        self.shown.append(url.toLocalFile())


def test_run_folder_is_shown_in_the_file_manager(runs: Path, page: LibraryPage) -> None:
    manager = FileManager()
    QDesktopServices.setUrlHandler("file", manager, "show_url")
    try:
        page.choose(runs / "digits-002")
        page.run_panel.reveal.click()
    finally:
        QDesktopServices.unsetUrlHandler("file")
    assert manager.shown == [str(runs / "digits-002")]


def test_unreadable_run_shows_the_error(qtbot: QtBot, runs: Path, page: LibraryPage) -> None:
    (runs / "digits-002" / "config.toml").write_text("name = [")
    page.run_library.refresh()
    wait_until_scanned(qtbot, page)
    page.choose(runs / "digits-002")
    assert "cannot be read" in page.run_panel.facts._text.text()
    assert "TOML" in page.run_panel.message.text()
    assert not page.run_panel.open.isEnabled()


def test_run_of_another_process_is_shown_as_running(qtbot: QtBot, runs: Path, page: LibraryPage) -> None:
    with RunDirectory(runs / "cifar-002").lock():
        page.run_library.refresh()
        wait_until_scanned(qtbot, page)
        page.choose(runs / "cifar-002")
        assert "running" in page.run_panel.facts._text.text()
        assert not page.run_panel.resume.isVisibleTo(page.run_panel)


def test_new_run_appears_and_the_selection_stays(qtbot: QtBot, runs: Path, page: LibraryPage) -> None:
    page.choose(runs / "cifar-001")
    write_run(runs / "digits-003")
    qtbot.keyClick(page, Qt.Key.Key_F5)
    wait_until_scanned(qtbot, page)
    assert names(page)[0] == "digits-003"
    assert page.cards.current is not None
    assert page.cards.current.path == runs / "cifar-001"
    assert page.cards.currentIndex().data() == "cifar-001"


def test_added_folders_are_scanned_and_remembered(
    qtbot: QtBot, home: Path, runs: Path, page: LibraryPage
) -> None:
    write_run(home / "elsewhere" / "digits-009")
    page.folders.add(home / "elsewhere")
    wait_until_scanned(qtbot, page)
    assert "digits-009" in names(page)
    restarted_services = Services(Session(), Preferences())
    restarted = LibraryPage(restarted_services)
    qtbot.addWidget(restarted)
    qtbot.addWidget(restarted.panel)
    assert restarted.run_library.folders[1:] == (home / "elsewhere",)
    page.folders.remove(home / "elsewhere")
    wait_until_scanned(qtbot, page)
    assert "digits-009" not in names(page)
    assert (home / "elsewhere" / "digits-009").is_dir()


def test_thumbnail_shows_the_last_poster_as_trained(qtbot: QtBot, runs: Path, page: LibraryPage) -> None:
    run = next(run for run in page.run_library.runs if run.path.name == "digits-001")
    qtbot.waitUntil(lambda: page.run_library.thumbnail(run) is not None, timeout=20_000)
    poster = snapshot(32, 20).poster
    expected = (poster - poster.min()) / (poster.max() - poster.min()) * 255
    np.testing.assert_allclose(page.run_library.thumbnail(run), expected.transpose(1, 2, 0), atol=0.51)


@pytest.mark.usefixtures("runs")
def test_card_has_an_accessible_text(page: LibraryPage) -> None:
    accessible_text = page.model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    steps = f"step 30 of {load_preset('cifar10-laptop').outer.steps}"
    for part in ("cifar-001", "failed", "CIFAR-10", steps, "41", "the disk is full"):
        assert part in accessible_text


def test_filter_searches_the_notes(qtbot: QtBot, runs: Path, page: LibraryPage) -> None:
    save_notes(runs / "digits-002", "With a Lower rate")
    page.run_library.refresh()
    wait_until_scanned(qtbot, page)
    page.bar.filter.setText("lower")
    assert names(page) == ["digits-002"]
    page.choose(runs / "digits-002")
    qtbot.waitUntil(page.run_panel.notes.isEnabled)
    page.run_panel.notes.selectAll()
    qtbot.keyClicks(page.run_panel.notes, "higher")
    page.run_panel.notes.commit()
    assert page._pages.currentWidget() is page._no_matches
    page.bar.filter.setText("higher")
    assert names(page) == ["digits-002"]


def test_panel_summarizes_several_selected_runs(qtbot: QtBot, runs: Path, page: LibraryPage) -> None:
    qtbot.keyClick(page.cards, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert [run.path.name for run in page.cards.selected_runs] == names(page)
    facts = page.group_panel.facts._text.text()
    for part in ("Selected runs: ", "finished: 1", "failed: 1", "91.0", "digits-001"):
        assert part in facts
    assert page.run_panel.isHidden()
    assert page.bar.summary.text() == "4 selected · 4 runs"
    page.choose(runs / "cifar-002")
    assert page.group_panel.isHidden()
    assert not page.run_panel.isHidden()


def test_selection_survives_a_new_sort_order(qtbot: QtBot, runs: Path, page: LibraryPage) -> None:
    page.choose(runs / "digits-001")
    qtbot.keyClick(page.cards, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    page.bar.order.activated.emit(list(SORT_ORDERS).index("name"))
    assert {run.path.name for run in page.cards.selected_runs} == {"digits-001", "cifar-001"}
    page.bar.filter.setText("digits")
    assert {run.path.name for run in page.cards.selected_runs} == {"digits-001"}


def test_context_menu_offers_the_available_actions(qtbot: QtBot, runs: Path, page: LibraryPage) -> None:
    def enabled_actions() -> list[str]:
        menu = make_context_menu(page.cards, page.run_actions, page.edit_name, page._on_trash_pressed)
        menu.deleteLater()
        return [action.text() for action in menu.actions() if action.isEnabled() and action.text()]

    page.choose(runs / "cifar-002")
    expected = ["Open", "Resume", "Duplicate settings", "Rename", "Show in folder", "Move to trash…"]
    assert enabled_actions() == expected
    page.choose(runs / "digits-001")
    assert "Resume" not in enabled_actions()
    page.cards.selectAll()
    assert enabled_actions() == ["Move to trash…"]


def test_shortcuts_focus_the_filter_and_open_the_context_menu(
    qtbot: QtBot, runs: Path, page: LibraryPage
) -> None:
    qtbot.keyClick(page, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.focusWidget() is page.bar.filter
    with qtbot.waitSignal(page.cards.context_menu_requested):
        page.cards.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint()))


def test_missing_folder_shows_an_error_and_keeps_other_runs(
    qtbot: QtBot, home: Path, runs: Path, page: LibraryPage
) -> None:
    other = home / "elsewhere"
    write_run(other / "digits-009")
    page.folders.add(other)
    wait_until_scanned(qtbot, page)
    other.rename(home / "away")
    page.run_library.refresh()
    wait_until_scanned(qtbot, page)
    assert len(names(page)) == 4
    assert "does not exist" in page.folders.error
    other.write_text("a file where a folder was")
    page.run_library.refresh()
    wait_until_scanned(qtbot, page)
    assert len(names(page)) == 4
    assert "cannot be read" in page.folders.error
    other.unlink()
    (home / "away").rename(other)
    page.run_library.refresh()
    wait_until_scanned(qtbot, page)
    assert "digits-009" in names(page)
    assert page.folders.error == ""


def test_scan_delivers_all_paths_first_and_their_details_later(runs: Path) -> None:
    batches: list[list[RunInfo]] = []
    result = scan_runs([runs], {}, batches.append, ignore_progress)
    assert [run.status for run in batches[0]] == ["unread"] * 4
    assert [run.path for run in batches[0]] == list(result.runs)
    batches.clear()
    assert scan_runs([runs], {}, batches.append, ignore_progress) == result
    assert batches[0] == list(result.runs.values())


def test_invalid_index_is_rebuilt(home: Path, runs: Path) -> None:
    result = scan_runs([runs], {}, lambda batch: None, ignore_progress)
    index = home / "cache" / "library.json"
    index.write_text('{"format": 1, "runs": [{"path": "x"}]}')
    assert scan_runs([runs], {}, lambda batch: None, ignore_progress) == result
    assert scan_runs([runs, runs], {}, lambda batch: None, ignore_progress) == result


@pytest.mark.slow
def test_index_restores_two_thousand_runs(qtbot: QtBot, services: Services, home: Path) -> None:
    folder = home / "runs"
    presets = ["digits", "cifar10-laptop", "cifar100-0.9ipc", "cub200-0.9ipc"]
    for number in range(2000):
        end = ["finished", "stopped", "failed", "finished"][number % 4]
        write_run(folder / f"run-{number:04d}", presets[number % 4], end, with_snapshot=number % 50 == 0)
    services.session.set_runs_folder(folder)
    # The first scan reads the files of every run.
    first = LibraryPage(services)
    qtbot.addWidget(first)
    qtbot.addWidget(first.panel)
    first.show()
    wait_until_scanned(qtbot, first)
    restarted = Services(Session(), Preferences())
    restarted.session.set_runs_folder(folder)
    page = LibraryPage(restarted)
    qtbot.addWidget(page)
    qtbot.addWidget(page.panel)
    page.show()
    qtbot.waitUntil(lambda: page.model.rowCount() == 2000, timeout=20_000)
    restarted.close()
